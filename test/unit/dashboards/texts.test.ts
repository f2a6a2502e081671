import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const WEB = join(import.meta.dirname, '../../../dashboards/web');
type Tree = { [key: string]: string | Tree };
const catalogue = (language: string): Map<string, string> => {
  const texts = new Map<string, string>();
  const walk = (tree: Tree, path: string): void => {
    for (const [key, value] of Object.entries(tree))
      if (typeof value === 'string') texts.set(`${path}${key}`, value);
      else walk(value, `${path}${key}.`);
  };
  walk(JSON.parse(readFileSync(join(WEB, 'texts', `${language}.json`), 'utf8')) as Tree, '');
  return texts;
};
const nl = catalogue('nl');
const en = catalogue('en');
const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules'))
  .map((file) => ({ file, code: readFileSync(join(WEB, file), 'utf8') }));
const placesIn = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? '').sort();

describe('the catalogues of the page', () => {
  test('hold the same keys in both languages', () => {
    expect(nl.size).toBeGreaterThan(300);
    expect([...en.keys()].sort()).toEqual([...nl.keys()].sort());
  });

  test('have the same places to fill in both languages', () => {
    const wrong = [...nl].filter(
      ([key, text]) => placesIn(text).join() !== placesIn(en.get(key)).join(),
    );
    expect(wrong).toEqual([]);
  });

  test('leave no text empty', () => {
    expect([...nl, ...en].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('hold nothing that no component asks for', () => {
    const code = sources.map((s) => s.code).join('\n');
    // Keys that end in a word of the domain are made from a prefix: `typology.${typology}.title`.
    const prefixes = [...code.matchAll(/`(?:\w+:)?([\w.-]+)\$\{/g)].map((m) => m[1] ?? '');
    const isBuilt = (key: string): boolean => prefixes.some((prefix) => key.startsWith(prefix));
    const unused = [...nl.keys()].filter((full) => {
      const [space = '', ...rest] = full.replace(/_(one|other)$/, '').split('.');
      const key = rest.join('.');
      const isNamed = [`'${key}'`, `'${space}:${key}'`, `'${full.slice(space.length + 1)}'`].some(
        (name) => code.includes(name),
      );
      return !isNamed && !isBuilt(key) && !['words', 'glossary', 'history'].includes(space);
    });
    expect(unused).toEqual([]);
  });

  test('accuse nobody', () => {
    const words = /\b(daders?|verdachten?|gluren|fraude|offenders?|suspects?|snooping|fraud)\b/i;
    expect([...nl, ...en].filter(([, text]) => words.test(text))).toEqual([]);
  });
});

describe('the components of the page', () => {
  // Text between tags, and the attributes that a reader hears or sees.
  const TEXT = />\s*([^<>{}()=;&|?:]*\p{L}{2,}[^<>{}()=;&|?:]*?)\s*<\//gu;
  const ATTRIBUTE =
    /\b(?:aria-label|title|placeholder|alt|label|help|caption)="([^"]*\p{L}[^"]*)"/gu;

  test('take every text from the catalogue', () => {
    const loose = sources
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, code }) =>
        [...code.matchAll(TEXT), ...code.matchAll(ATTRIBUTE)].map((m) => `${file}: ${m[1]}`),
      );
    expect(sources.length).toBeGreaterThan(20);
    expect(loose).toEqual([]);
  });

  test('write no HTML and no style elements by hand', () => {
    const wrong = sources.filter(({ code }) =>
      /dangerouslySetInnerHTML|\.innerHTML|<style|insertAdjacentHTML|\beval\(/.test(code),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test.each(['>Hallo wereld</p>', 'aria-label="Sluit"'])('%s would be found', (code) => {
    expect([...code.matchAll(TEXT), ...code.matchAll(ATTRIBUTE)]).toHaveLength(1);
  });
});
