import { z } from 'zod';
import { DETECTORS } from '../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';

const ALL = [...DETECTORS, ...SOURCE_DETECTORS];

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}:\n${lines.map((l) => `- ${l}`).join('\n')}\n\n`;

/** The register of detectors as text or Markdown, from their own metadata alone. */
export function describeDetectors(markdown: boolean): string {
  if (!markdown)
    return ALL.map(
      ({ meta: m }) => `${m.id} v${m.version} (${m.maturity}): ${m.description}\n`,
    ).join('');
  const parts = ALL.map(({ meta: m, config, reasons }) => {
    const schema = z.toJSONSchema(config, { io: 'input' }) as {
      properties?: Record<string, { default?: unknown }>;
    };
    const settings = Object.entries(schema.properties ?? {}).map(
      ([name, property]) => `\`${name}\` (default ${JSON.stringify(property.default)})`,
    );
    return (
      `## ${m.id}\n\n${m.title}. ${m.description} Version ${m.version}, ${m.maturity}; typologies: ${m.typologies.join(', ')}.\n\n` +
      list(
        'What it says',
        reasons.flatMap((r) => [`nl: ${r.text.nl}`, `en: ${r.text.en}`]),
      ) +
      list('Innocent explanations', m.falsePositives) +
      list('Known gaps', m.knownGaps) +
      list('What to check', m.runbook) +
      list('Settings', settings)
    );
  });
  return `# Register of detectors\n\nGenerated from the detectors themselves (\`npm run docs\`); do not edit.\n\n${parts.join('')}`
    .trimEnd()
    .concat('\n');
}
