import { z } from 'zod';
import { namesOf } from '../detectors/kit/names.ts';
import { DETECTORS } from '../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';

const ALL = [...DETECTORS, ...SOURCE_DETECTORS];

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}:\n${lines.map((l) => `- ${l}`).join('\n')}\n\n`;

type Setting = { name: string; default: unknown };
function settingsOf({ config }: { config: z.ZodType }): Setting[] {
  const schema = z.toJSONSchema(config, { io: 'input' }) as {
    properties?: Record<string, { default?: unknown }>;
  };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    default: property.default,
  }));
}

/** What holds for all of them: written once, because it is the same right for everybody. */
const PREFACE = `This register says what each detector looks for, in which data, from which limit on, where it errs and what it
says. A signal is a reason to ask, never a finding: nobody is judged by it alone.

- **Who sees it**: the security officer sees tokens and reasons; a name only after two people agreed to it.
- **How to contest**: an official who is asked about lookups gives their side in their own words; it is kept with the
  case word for word. "Legitimate work" or "detector error" closes the matter.
- **Limits** are the settings named below with their defaults; changed ones stand in the settings file and their version
  is in every alert. Statistics have no fixed limit: how unusual a day is for the role decides, within the budget of alerts.
- **Never used**: presence, output or speed of work; nothing is ranked by person.
`;

/** The register of detectors as lines, Markdown or JSON, from their own metadata alone. */
export function describeDetectors(format: 'text' | 'md' | 'json'): string {
  if (format === 'text')
    return ALL.map(
      ({ meta: m }) => `${m.id} v${m.version} (${m.maturity}): ${m.description}\n`,
    ).join('');
  if (format === 'json') {
    const all = ALL.map((detector) => ({
      ...detector.meta,
      keyedBy: 'judge' in detector ? 'source' : (detector.key ?? 'actor'),
      settings: settingsOf(detector),
      reasons: detector.reasons,
    }));
    return `${JSON.stringify(all, null, 2)}\n`;
  }
  const parts = ALL.map((detector) => {
    const { meta: m, reasons } = detector;
    const [typology] = m.typologies;
    const dutch = typology === undefined ? '' : ` (${namesOf(typology).nl})`;
    const settings = settingsOf(detector).map(
      (s) => `\`${s.name}\` (default ${JSON.stringify(s.default)})`,
    );
    return (
      `## ${m.id}${dutch}\n\n${m.title}. ${m.description} Version ${m.version}, ${m.maturity}; typologies: ${m.typologies.join(', ')}.\n\n` +
      list('Data used', m.dataUsed) +
      list('Limits', settings) +
      list(
        'What it says',
        reasons.flatMap((r) => [`nl: ${r.text.nl}`, `en: ${r.text.en}`]),
      ) +
      list('Innocent explanations', m.falsePositives) +
      list('Known gaps', m.knownGaps) +
      list('What to check', m.runbook)
    );
  });
  return `# Register of detectors\n\nGenerated from the detectors themselves (\`npm run docs\`); do not edit.\n\n${PREFACE}\n${parts.join('')}`
    .trimEnd()
    .concat('\n');
}
