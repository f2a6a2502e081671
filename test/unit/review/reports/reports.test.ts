import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block, Language } from '../../../../domain/document.ts';
import { monthWindow } from '../../../../domain/time.ts';
import { reportPdf } from '../../../../evidence/pdf.ts';
import type { ReportFacts } from '../../../../review/reports/facts.ts';
import { toMarkdown } from '../../../../review/reports/markdown.ts';
import { monthlyReport, yearlyReport } from '../../../../review/reports/periodic.ts';
import { withoutSmall } from '../../../../review/reports/small-numbers.ts';
import { worksCouncilPack } from '../../../../review/reports/works-council.ts';

const facts: ReportFacts = {
  window: monthWindow('2026-03'),
  now: Date.UTC(2026, 3, 2),
  coverage: {
    ...{ kind: 'coverage', format: 1, authority: 'a', madeAt: '', from: '', to: '' },
    ...{ checkpoint: null, deadLetters: [], runs: [] },
    rows: [
      {
        ...{ system: 'brp', month: '2026-03', events: 1_000, judged: 990 },
        notJudged: { 'actor-unknown': 10 },
        silent: [{ instance: '', from: '', to: '' }],
        detectors: [],
      },
    ],
  },
  alerts: {
    opened: 24,
    byTypology: [
      { name: 'relative', count: 20 },
      { name: 'self', count: 3 },
      { name: 'celebrity', count: 1 },
    ],
    byState: [{ name: 'explained', count: 24 }],
    ...{ decided: 24, medianHours: 30, undecided: 3 },
  },
  cases: { opened: 2, closed: [{ name: 'misuse-viewed', count: 1 }], running: 1 },
  reveals: { requested: 4, granted: 3, refused: 1, views: 7 },
  exports: 0,
  watches: { began: 1, ended: 1, told: 0, untold: 1, overdue: 1 },
  samples: [
    {
      ...{ drawnAt: Date.UTC(2026, 2, 5), frame: 5_000, reviewed: 100, missed: 2 },
      ...{ low: 0.002, high: 0.07, missedInWeighted: 1 },
    },
  ],
  breaches: {
    ...{ opened: 2, notified: 1, late: 1, overdue: 1, notNotifiable: 0, undecided: 0 },
    ...{ informed: 711, withLesson: 1, byCause: [], rows: [], trends: [] },
  },
  tasks: { open: 1, overdue: [] },
  erasures: [{ kind: 'alert', erased: 12, held: 3 }],
};
const input = (language: Language) => ({
  ...{ facts, language, organisation: 'Gemeente | Voorbeeld', period: '2026-03' },
  titleOf: (name: string) => name,
  governance: { mode: 'production', consents: [] },
});
const tableOf = (blocks: Block[], head: string): string[][] =>
  blocks.flatMap((b) => (b.kind === 'table' && b.head.includes(head) ? b.rows : []));

describe('small numbers', () => {
  test('are left out, and cannot be found by subtraction', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), (counts) => {
        const named = counts.map((count, i) => ({ name: `n${i}`, count }));
        const { rows, total } = withoutSmall(named);
        for (const [i, { count }] of rows.entries()) {
          expect(count === null || count === 0 || count >= 5).toBe(true);
          if (count !== null) expect(count).toBe(counts[i]);
        }
        if (total === null) return;
        const shown = rows.reduce((n, r) => n + (r.count ?? 0), 0);
        const hidden = rows.filter((r) => r.count === null).length;
        // What is left over belongs to several, and is no small number itself.
        expect(hidden === 0 || (hidden > 1 && total - shown >= 5)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe.each(['nl', 'en'] as const)('in %s', (language) => {
  test('the monthly report shows counts of five and more, and says what is overdue', () => {
    const report = monthlyReport(input(language));
    const few = language === 'nl' ? 'niet getoond' : 'not shown';
    const kinds = tableOf(report.blocks, language === 'nl' ? 'Soort' : 'Kind');
    expect(kinds.slice(0, 4)).toEqual([
      ['relative', '20'],
      ['self', few],
      ['celebrity', few],
      [language === 'nl' ? 'Totaal' : 'Total', few],
    ]);
    const text = toMarkdown(report);
    expect(text).toContain(language === 'nl' ? '99 % beoordeeld' : '99 % of them judged');
    expect(text).toContain(language === 'nl' ? 'LET OP' : 'NOTE');
    expect(text).toContain('Gemeente \\| Voorbeeld');
    expect(text).not.toMatch(/\b[aso]\.\d+\.[A-Za-z0-9_-]{22}\b/);
  });

  test('the yearly overview holds the register, the causes and the ground', () => {
    const text = toMarkdown(yearlyReport(input(language)));
    expect(text).toContain(language === 'nl' ? 'art. 33 lid 5' : 'art. 33(5)');
    expect(text).toContain(language === 'nl' ? 'Grondslag' : 'Ground and consent');
  });

  test('the works council reads every detector, every period and a DPIA with its open places', () => {
    const pack = worksCouncilPack({
      ...{ language, madeAt: 0, organisation: { name: 'Gemeente', contact: 'fg@example.org' } },
      governance: {
        mode: 'production',
        consents: [
          {
            ...{ detector: 'relative', version: 1, councilReference: 'OR-7' },
            ...{ decidedOn: '2026-01-01', dpiaReference: 'D-1' },
          },
        ],
      },
      detectors: ['relative', 'self'].map((detectorId) => ({
        ...{ detectorId, version: 1, title: { nl: `${detectorId}-nl`, en: `${detectorId}-en` } },
        ...{ detects: 'Detects.', innocent: { nl: 'naamgenoot', en: 'namesake' } },
        ...{ dataUsed: ['roster'], knownGaps: ['cousins'], settings: { limit: 3 } },
      })),
      ...{ budget: 1, systems: [{ system: 'brp', regime: 'avg' }] },
      retention: [{ kind: 'event', state: '', days: 730 }],
      roles: [{ role: 'fg', reads: 10, writes: 2, identities: false }],
    });
    const text = toMarkdown(pack);
    for (const part of [`relative-${language}`, `self-${language}`, 'OR-7', '730', 'brp (AVG)'])
      expect(text).toContain(part);
    expect(text).toContain(language === 'nl' ? 'nog geen besluit' : 'no decision yet');
    expect(text).toContain(language === 'nl' ? 'in te vullen' : 'to be filled in');
  });

  test('the PDF is tagged, in the language, and the same for the same facts', async () => {
    const report = monthlyReport(input(language));
    const [one, two] = [await reportPdf(report), await reportPdf(report)];
    expect(one.equals(two)).toBe(true);
    const text = one.toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    expect(text).toContain('/StructTreeRoot');
    expect(text).toContain(language === 'nl' ? 'nl-NL' : 'en-GB');
  });
});
