import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../domain/alert.ts';
import type { TriageState } from '../../../domain/review.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { alertReview } from '../../../review/alert-review.ts';
import { compareAlerts, outcomesOf } from '../../../review/backtest.ts';
import { caseFold } from '../../../review/case.ts';
import { openJournal } from '../../../review/journal.ts';
import { suppressionFold } from '../../../review/suppression.ts';
import { anAlert } from '../../helpers/alerts.ts';
import { aReference, directoryOf, memoryJournalStore } from '../../helpers/review.ts';

const BY = {
  ...{ accountId: 'a', name: 'a', role: 'security-officer' as const, person: 'a' },
  ...{ actors: [], persons: [] },
};
const alert = (alertId: string, score: number, fields: Partial<Alert> = {}): Alert =>
  anAlert({ alertId, score, ...fields });
const NOBODY: ReadonlySet<string> = new Set();

async function aDesk() {
  let now = Date.parse('2026-03-03T00:00:00Z');
  const journal = await openJournal(memoryJournalStore(), { tenant: 'default', now: () => now });
  const reference = aReference();
  const deps = { journal, directory: directoryOf([]), reference: () => reference };
  return {
    deps,
    at(text: string): void {
      now = Date.parse(text);
    },
    judged: (alertId: string, state: TriageState) =>
      journal.record(alertReview, 'alert', alertId, BY, null, () => ({
        ...{ type: 'triaged', reason: 'x' },
        data: { state, missingData: null },
      })),
    async closedCase(caseId: string, alertId: string, disposition: string): Promise<void> {
      const links = [{ alertId, actors: [], subjects: [] }];
      const opened = {
        title: 't',
        ground: 'complaint',
        protocolArticle: '1',
        regime: 'avg',
        links,
      };
      await journal.record(caseFold, 'case', caseId, BY, 0, () => ({
        ...{ type: 'opened', reason: 'x' },
        data: { ...opened, heldEvents: 0 },
      }));
      await journal.record(caseFold, 'case', caseId, BY, null, () => ({
        ...{ type: 'closed', data: { disposition } },
      }));
    },
    hide: (expiresAt: number) =>
      journal.record(suppressionFold, 'suppression', 's-1', BY, 0, () => ({
        ...{ type: 'requested', reason: 'x' },
        data: {
          scope: { typology: 'relative', detector: 'relative' },
          ...{ reasonCode: 'data-fault', expiresAt, needsApproval: false },
        },
      })),
    end: () =>
      journal.record(suppressionFold, 'suppression', 's-1', BY, null, () => ({ type: 'ended' })),
  };
}

describe('a comparison of alerts', () => {
  test('tells what was lost by what people made of it, confirmed cases first', async () => {
    const desk = await aDesk();
    await desk.judged('seen', 'explained');
    await desk.judged('odd', 'suspicion');
    await desk.closedCase('c-1', 'right', 'misuse-viewed');
    await desk.closedCase('c-2', 'wrong', 'legitimate-work');
    const before = [
      ...[alert('seen', 99), alert('fresh', 98), alert('wrong', 97), alert('odd', 50)],
      ...[alert('right', 10), alert('kept', 60)],
    ];
    const after = [alert('kept', 60), alert('won-2', 5), alert('won-1', 80)];
    const result = compareAlerts(before, after, new Set(['fresh']), outcomesOf(desk.deps));
    expect(result.lost.map((l) => [l.alert.alertId, l.standing, l.because])).toEqual([
      ['right', 'confirmed', 'not-signalled'],
      ['odd', 'suspicion', 'not-signalled'],
      ['fresh', 'undecided', 'budget'],
      ['seen', 'cleared', 'not-signalled'],
      ['wrong', 'cleared', 'not-signalled'],
    ]);
    expect(result.lost[0]).toMatchObject({ caseId: 'c-1' });
    expect(result.won.map((w) => w.alert.alertId)).toEqual(['won-1', 'won-2']);
    expect(result).toMatchObject({ before: 6, after: 3, same: 1, changed: 0, confirmedLost: 1 });
  });

  test('does not call lost what newer reference data explains', async () => {
    const desk = await aDesk();
    const gone = alert('gone', 20, { explanation: 'explained-later' });
    const result = compareAlerts([gone], [], NOBODY, outcomesOf(desk.deps));
    expect(result.lost[0]?.because).toBe('explained-since');
  });

  test('calls changed what reads differently, whatever made it', async () => {
    const desk = await aDesk();
    const versions = { config: 'other', reference: 'r2', detectors: {} };
    const before = [alert('a', 60), alert('b', 60)];
    const after = [alert('a', 60, { versions }), alert('b', 61, { versions })];
    const result = compareAlerts(before, after, NOBODY, outcomesOf(desk.deps));
    expect(result).toMatchObject({ same: 2, changed: 1 });
  });

  test('hides what a suppression hid at the time, not before it and not after its end', async () => {
    const desk = await aDesk();
    desk.at('2026-03-02T00:00:00Z');
    await desk.hide(Date.parse('2026-03-02T00:00:00Z') + 20 * DAY_MS);
    desk.at('2026-03-10T00:00:00Z');
    await desk.end();
    const opened = (alertId: string, openedAt: string): Alert => alert(alertId, 9, { openedAt });
    // Ids that are no samples of this suppression.
    const after = [
      opened('al-before', '2026-03-01T12:00:00.000Z'),
      opened('al-while', '2026-03-04T12:00:00.000Z'),
      opened('al-ended', '2026-03-12T12:00:00.000Z'),
    ];
    const result = compareAlerts([], after, NOBODY, outcomesOf(desk.deps));
    expect(result.won.filter((w) => w.isHidden).map((w) => w.alert.alertId)).toEqual(['al-while']);
    expect(result).toMatchObject({ hiddenAfter: 1, hiddenBefore: 0 });
  });
});
