// Jobs of those who oversee, against the real program: a shadow run from its request to its end, figures that
// go to another municipality and come from one, and a search in sources under the act on police data.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStatement } from '../../evidence/statement.ts';
import { readStatement } from '../../review/exchange.ts';
import { hasChromium, launch, open } from '../helpers/browser.ts';
import { aForeignFile, figuresOf } from '../helpers/desk-data.ts';
import { aRealPage, type RealPage } from '../helpers/real-page.ts';
import { button, realVisits, TEXTS } from '../helpers/real-visits.ts';

const WHY = 'Eerst naast de geldende instelling laten lopen, dan pas besluiten.';
const ENOUGH = 'Het verschil is na een dag al duidelijk.';
const START_MS = 400_000;
const JOB_MS = 300_000;

/** Three lookups of a system under the Wpg. */
const linesAbout = (resident: string, firstDay: string): string[] =>
  [9, 10, 11].map((hour) =>
    JSON.stringify({
      ...{
        eventId: `boa-${hour}`,
        occurredAt: `${firstDay}T${String(hour).padStart(2, '0')}:00:00Z`,
      },
      ...{ source: { system: 'boa' }, actor: { id: 'h.handhaver', unit: 'handhaving' } },
      ...{ action: 'view', subject: { scheme: 'bsn', id: resident } },
    }),
  );

describe.skipIf(!hasChromium)('jobs of oversight against the real program and store', () => {
  let browser: Browser;
  let real: RealPage;
  let visits: ReturnType<typeof realVisits>;
  const as: typeof visits.as = (...part) => visits.as(...part);

  beforeAll(async () => {
    browser = await launch();
    real = await aRealPage({ settings: 'regimes:\n  boa: wpg\n', linesAbout });
    visits = realVisits(browser, real);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await real?.stop();
  });

  describe.each(['nl', 'en'] as const)('in %s', (language) => {
    const t = TEXTS[language];

    test(
      'a shadow run is asked for, agreed by another, and ended with a reason that stays',
      async () => {
        const decision = `OR-${language}`;
        const t2 = t.detectors.shadow;
        const show = (page: Page) =>
          button(page, t2.showOne.replace('{{decision}}', decision)).click();
        await as('beveiliging', language, '/detectors', async (page) => {
          const section = page.locator('section[aria-labelledby=shadow]');
          await section.locator('summary', { hasText: t2.request }).click();
          await section.getByLabel(t2.budget).fill('3');
          await section.getByLabel(t.detectors.change.reason).fill(WHY);
          await section.getByLabel(t.detectors.change.decision).fill(decision);
          await button(page, t2.request).click();
          await section.getByRole('row', { name: decision }).waitFor();
        });
        await as('fg', language, '/desk', async (page) => {
          await page.getByRole('heading', { name: t.desk.requests.kind['shadow-runs'] }).waitFor();
          await page.getByLabel(t.cases.decide.reason).fill('Akkoord voor een proef.');
          await button(page, t.cases.decide.approve).click();
          await page.getByText(t.desk.requests.none).waitFor();
        });
        await as('beveiliging', language, '/detectors', async (page) => {
          await show(page);
          const one = page.locator('section[aria-labelledby=one-shadow]');
          await one.getByText(t2.states.approved, { exact: true }).waitFor();
          // From here on by keyboard alone.
          await one.locator('summary').focus();
          await page.keyboard.press('Enter');
          await page.keyboard.press('Tab');
          await page.keyboard.type(ENOUGH);
          await page.keyboard.press('Tab');
          await page.keyboard.press('Enter');
          await one.getByText(t2.states.ended, { exact: true }).waitFor();
          await one.and(page.locator(':focus')).waitFor();
          expect(await one.locator('form').count()).toBe(0);
        });
        // Kept, and to be read by others.
        await as('fg', language, '/detectors', async (page) => {
          await show(page);
          const one = page.locator('section[aria-labelledby=one-shadow]');
          await one.getByText(ENOUGH).waitFor();
          const ended = one.locator('div', { has: page.getByText(t2.ended, { exact: true }) });
          expect(await ended.last().textContent()).toMatch(/\d\d:\d\d/);
          expect(await one.locator('summary', { hasText: t2.end }).count()).toBe(0);
        });
      },
      JOB_MS,
    );

    test(
      'figures go out signed, come in from another municipality, and a wrong file says why not',
      async () => {
        await as('fg', language, '/desk', async (page) => {
          await page.getByRole('link', { name: t.desk.links.exchange }).click();
          await page.getByRole('heading', { level: 1, name: t.exchange.title }).waitFor();
          const fetched = page.waitForEvent('download');
          await button(page, t.exchange.own.save).click();
          const text = readFileSync(await (await fetched).path(), 'utf8');
          const shown = (await page.locator('.fingerprint').textContent()) ?? '';
          const opened = openStatement(text, shown.replaceAll(' ', ''));
          expect(opened.isKnownKey).toBe(true);
          expect(readStatement(opened.document).officials).toBeGreaterThan(0);

          const label = `Gemeente Anderstad (${language})`;
          const n = language === 'nl' ? 1 : 2;
          const other = aForeignFile(n);
          const form = page.locator('section[aria-labelledby=take-in] form');
          const take = async (name: string, file: string, fingerprint: string): Promise<void> => {
            await form.getByLabel(t.exchange.take.label).fill(label);
            await form.getByLabel(t.exchange.take.file).setInputFiles({
              ...{ name, mimeType: 'application/json', buffer: Buffer.from(file) },
            });
            await form.getByText(t.exchange.take.chosen.replace('{{name}}', name)).waitFor();
            await form.getByLabel(t.exchange.take.fingerprint).fill(fingerprint);
            await button(page, t.exchange.take.submit).click();
          };
          const { payload } = JSON.parse(aForeignFile(n, figuresOf(9)).text);
          const changed = JSON.stringify({ ...JSON.parse(other.text), payload });
          const wrong = { ...figuresOf(1), officials: 413 };
          for (const [file, problem] of [
            ['geen verklaring', 'exchange-form'],
            [changed, 'exchange-signature'],
            [aForeignFile(3).text, 'exchange-key'],
            [aForeignFile(n, wrong).text, 'exchange-fields'],
          ] as const) {
            await take(`${problem}.json`, file, other.fingerprint);
            await form.getByRole('alert').getByText(t.shell.problem[problem].title).waitFor();
          }
          await take('own.json', text, shown);
          await form.getByText(t.shell.problem['exchange-own'].title).waitFor();
          // In groups, as it was read out over the telephone.
          await take('right.json', other.text, other.fingerprint.replace(/(.{4})/g, '$1 '));
          await form.getByText(t.exchange.take.done.replace('{{label}}', label)).waitFor();
          expect(await form.getByRole('alert').count()).toBe(0);

          const figure = page.locator('figure').first();
          await figure.locator('svg circle').first().waitFor();
          await figure.locator('summary').click();
          await figure.getByRole('columnheader', { name: label }).waitFor();
          const relative = t.words.typology.relative.title;
          const cells = figure.getByRole('row', { name: relative }).getByRole('cell');
          expect((await cells.allTextContents()).at(-1)).toMatch(/^0[.,]\d+$/);
        });
        // Kept: who comes back finds it, and who only oversees cannot take one in.
        await as('beveiliging', language, '/exchange', async (page) => {
          await page.getByRole('rowheader', { name: `Gemeente Anderstad (${language})` }).waitFor();
          expect(await page.locator('#take-in').count()).toBe(0);
          expect(await page.locator('#own-file').count()).toBe(0);
        });
      },
      JOB_MS,
    );

    test(
      'a search reads the sources under one act, and says which',
      async () => {
        await as('integriteit', language, '/search', async (page) => {
          const form = page.locator('form').first();
          const ask = async (regime: 'avg' | 'wpg'): Promise<string[]> => {
            await open(page, '/search');
            await form.getByLabel(t.search.id).fill(real.resident);
            await form.getByLabel(t.search.regime).selectOption(regime);
            await form.getByText(t.search.regimeHelp[regime]).waitFor();
            await form.getByLabel(t.search.reason).fill('Melding over het opvragen van gegevens.');
            await form.getByRole('button', { name: t.search.submit }).click();
            await page.getByText(t.search.under[regime]).waitFor();
            return page.locator('section[aria-labelledby=lookups] td').allTextContents();
          };
          expect(await ask('wpg')).toContain('boa');
          expect(await ask('avg')).not.toContain('boa');
          expect(
            await page.locator('section[aria-labelledby=lookups] tbody tr').count(),
          ).toBeGreaterThan(3);
        });
      },
      JOB_MS,
    );
  });
});
