// The five sources of the field, walked through with invented dates near theirs: had the file been kept
// here, the clock, the register, the versions and the account would have shown what went wrong.
import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../../domain/time.ts';
import {
  type BreachEvent,
  breachOf,
  dueAt,
  informDecisionOf,
  mustDecideAgain,
  refusalOf,
} from '../../../../review/breach/breach.ts';
import { clockOf, escalationsDue } from '../../../../review/breach/clock.ts';
import {
  accountMarkdown,
  accountOfFacts,
  draftMarkdown,
  letter,
  notificationDraft,
} from '../../../../review/breach/documents.ts';
import { causeTrends, registerCsv, registerRow } from '../../../../review/breach/register.ts';

const at = (text: string): number => Date.parse(text);
const by = 'officer-1';

/** Appends events one by one, as a person would; a refusal is a failed test unless it is looked for. */
function file(events: BreachEvent[]): BreachEvent[] {
  const history: BreachEvent[] = [];
  for (const event of events) {
    expect(refusalOf(history, event)).toBeNull();
    history.push(event);
  }
  return history;
}
const opened = (when: string, reason = 'melding'): BreachEvent => ({
  kind: 'opened',
  at: at(when),
  by,
  caseId: null,
  reason,
});
const decision = (
  when: string,
  choice: 'inform' | 'do-not-inform',
  risk: 'unlikely' | 'risk' | 'high-risk',
): BreachEvent => ({
  kind: 'inform-decided',
  at: at(when),
  by,
  decision: choice,
  risk,
  factsKnown: 'wat toen bekend was',
  advice: 'advies van de FG',
  reasons: 'afweging',
  delay: null,
});

describe('ten weeks of silence after a leak (Amersfoort, 2016)', () => {
  const history = file([
    {
      ...opened('2016-01-28T16:00:00+01:00', 'onbevoegde heeft een bestand met zorgcliënten'),
    },
    {
      kind: 'signal-received',
      at: at('2016-01-28T16:05:00+01:00'),
      by,
      receivedAt: at('2016-01-28T09:00:00+01:00'),
      from: 'aanbieder',
      toldTo: 'afdeling zorg',
    },
    {
      kind: 'measure-taken',
      at: at('2016-01-29T10:00:00+01:00'),
      by,
      takenAt: at('2016-01-28T12:00:00+01:00'),
      text: 'bestand teruggehaald',
    },
  ]);
  const breach = breachOf('DL-1', history);
  test('closing the leak stops no clock: it is proposed from the first signal', () => {
    const clock = clockOf(breach, at('2016-01-30T09:00:00+01:00'));
    expect(clock).toMatchObject({ state: 'awareness-undecided', isProposed: true });
    expect(clock.dueAt).toBe(at('2016-01-31T09:00:00+01:00')); // a Sunday
  });
  test('the board hears of it on the third day, not in the tenth week', () => {
    const due = escalationsDue(breach, at('2016-01-31T09:00:00+01:00'));
    expect(due.map((e) => e.what)).toEqual([
      'decide-awareness',
      'notify',
      'notify',
      'notify',
      'overdue',
    ]);
    expect(due.at(-1)?.to).toContain('board');
    expect(due.filter((e) => e.to.includes('management'))[0]?.at).toBe(
      at('2016-01-30T09:00:00+01:00'),
    );
  });
  test('the account shows when somebody was told, and when that was written down', () => {
    expect(accountOfFacts(breach)[0]).toMatchObject({
      at: at('2016-01-28T09:00:00+01:00'),
      recordedAt: at('2016-01-28T16:05:00+01:00'),
      text: 'Signaal van aanbieder aan afdeling zorg',
    });
  });
});

describe('a decision not to inform that had to be undone (Stichtse Vecht, 2019)', () => {
  const before = file([
    opened('2019-04-12T10:00:00+02:00'),
    {
      kind: 'awareness-decided',
      at: at('2019-04-12T11:00:00+02:00'),
      by,
      awareAt: at('2019-04-12T10:00:00+02:00'),
      reason: 'vaststaat dat gegevens zijn ingezien',
    },
    {
      kind: 'notified',
      at: at('2019-04-13T10:00:00+02:00'),
      by,
      phase: 'first',
      sentAt: at('2019-04-13T10:00:00+02:00'),
      number: 'N-1',
      lateReason: null,
    },
    decision('2019-04-19T12:00:00+02:00', 'do-not-inform', 'risk'),
  ]);
  const reaction: BreachEvent = {
    kind: 'authority-reacted',
    at: at('2019-10-01T12:00:00+02:00'),
    by,
    reactedAt: at('2019-10-01T09:00:00+02:00'),
    text: 'het risico is hoog',
  };
  test('a reaction of the AP asks for a new decision at once', () => {
    const breach = breachOf('DL-2', file([...before, reaction]));
    expect(mustDecideAgain(breach)).toBe(true);
    expect(escalationsDue(breach, at('2019-10-01T13:00:00+02:00')).map((e) => e.what)).toEqual([
      'decide-again',
    ]);
  });
  test('the second decision stands beside the first, with what was known then', () => {
    const again = decision('2019-10-07T12:00:00+02:00', 'inform', 'high-risk');
    const breach = breachOf('DL-2', file([...before, reaction, again]));
    expect(breach.informDecisions.map((d) => [d.version, d.decision, d.risk])).toEqual([
      [1, 'do-not-inform', 'risk'],
      [2, 'inform', 'high-risk'],
    ]);
    expect(mustDecideAgain(breach)).toBe(false);
    // Nobody was told yet: 72 hours later that is asked for, until the letters are out.
    const late = at('2019-10-10T12:00:00+02:00');
    expect(escalationsDue(breach, late).map((e) => e.what)).toEqual(['inform-people']);
    const sent: BreachEvent = {
      kind: 'people-informed',
      at: at('2019-10-31T12:00:00+01:00'),
      by,
      informedAt: at('2019-10-31T12:00:00+01:00'),
      number: 711,
      how: 'brief',
    };
    const told = breachOf('DL-2', file([...before, reaction, again, sent]));
    expect(escalationsDue(told, at('2019-11-30T12:00:00+01:00'))).toEqual([]);
    expect(registerRow(told)).toMatchObject({ versions: '2', informedNumber: '711' });
  });
});

describe('218 incidents in three years without learning (Samen Veilig, 2022)', () => {
  const breaches = Array.from({ length: 218 }, (_, i) =>
    breachOf(
      `DL-${i}`,
      file([
        opened(new Date(Date.UTC(2019, 0, 3) + i * 5 * 24 * HOUR_MS).toISOString()),
        {
          kind: 'facts-recorded',
          at: Date.UTC(2019, 0, 3) + i * 5 * 24 * HOUR_MS + HOUR_MS,
          by,
          facts: { cause: i % 4 === 0 ? 'looked-up-without-work' : 'mis-sent' },
        },
      ]),
    ),
  );
  test('the register counts causes per quarter, and that none was closed with a lesson', () => {
    const trends = causeTrends(breaches, at('2021-12-31T00:00:00Z'));
    expect(trends.map((t) => [t.cause, t.total, t.withLesson])).toEqual([
      ['mis-sent', 163, 0],
      ['looked-up-without-work', 55, 0],
    ]);
    expect(trends[0]?.quarters).toHaveLength(12);
    expect(trends[0]?.quarters.every((q) => q.breaches > 0)).toBe(true);
    expect(trends[0]?.change).not.toBeNull();
  });
  test('the register is a table that a spreadsheet opens and does not run', () => {
    const lines = registerCsv(breaches).trimEnd().split('\r\n');
    expect(lines).toHaveLength(219);
    const trap = breachOf(
      'DL-x',
      file([
        opened('2022-01-01T00:00:00Z'),
        { kind: 'facts-recorded', at: 1, by, facts: { what: '=HYPERLINK("x"),1' } },
      ]),
    );
    expect(registerCsv([trap])).toContain(`"'=HYPERLINK(""x""),1"`);
  });
});

describe('an official who did not know better (Fivelingo, 2020)', () => {
  test('a work practice is a cause of its own, and the file cannot close without both decisions', () => {
    const history = file([
      opened('2020-05-04T09:00:00+02:00'),
      {
        kind: 'facts-recorded',
        at: at('2020-05-05T09:00:00+02:00'),
        by,
        facts: { cause: 'work-practice', risk: 'unlikely', riskReasons: 'binnen de organisatie' },
      },
      {
        kind: 'not-notifiable',
        at: at('2020-05-06T09:00:00+02:00'),
        by,
        reason: 'risico onwaarschijnlijk',
      },
    ]);
    const close: BreachEvent = {
      kind: 'closed',
      at: at('2020-05-07T09:00:00+02:00'),
      by,
      lesson: 'nieuwe werkwijze eerst voorleggen',
    };
    expect(refusalOf(history, close)).toBe('decision-missing');
    const decided = file([
      ...history,
      decision('2020-05-07T08:00:00+02:00', 'do-not-inform', 'unlikely'),
      close,
    ]);
    expect(breachOf('DL-4', decided).closedAt).toBe(close.at);
    expect(registerRow(breachOf('DL-4', decided))).toMatchObject({
      cause: 'work-practice',
      lesson: 'nieuwe werkwijze eerst voorleggen',
      notNotifiableReason: 'risico onwaarschijnlijk',
    });
    // New facts open the file again; nothing is overwritten.
    const more = breachOf('DL-4', [
      ...decided,
      { kind: 'facts-recorded', at: close.at + 1, by, facts: { risk: 'risk' } },
    ]);
    expect(more.closedAt).toBeNull();
    expect(mustDecideAgain(more)).toBe(true);
  });
});

describe('lookups that surface from outside (AP study, 2026)', () => {
  const history = file([
    opened('2026-03-27T17:30:00+01:00', 'zaak geopend na signaal van de Rijksrecherche'),
    {
      kind: 'signal-received',
      at: at('2026-03-27T17:31:00+01:00'),
      by,
      receivedAt: at('2026-03-27T17:00:00+01:00'),
      from: 'Rijksrecherche',
      toldTo: 'security officer',
    },
    {
      kind: 'awareness-decided',
      at: at('2026-03-27T18:00:00+01:00'),
      by,
      awareAt: at('2026-03-27T17:00:00+01:00'),
      reason: 'een melding van buiten kan de klok starten',
    },
  ]);
  const breach = breachOf('DL-5', history);
  test('the clock runs through the weekend and the hour that summer time takes', () => {
    expect(dueAt(at('2026-03-27T17:00:00+01:00'))).toBe(at('2026-03-30T18:00:00+02:00'));
    expect(clockOf(breach, at('2026-03-30T18:00:00+02:00'))).toMatchObject({
      state: 'running',
      leftMs: 0,
    });
    expect(clockOf(breach, at('2026-03-30T18:00:01+02:00')).state).toBe('overdue');
  });
  test('in part and in time is possible; late needs a reason', () => {
    const notify = (when: string, lateReason: string | null): BreachEvent => ({
      kind: 'notified',
      at: at(when),
      by,
      phase: 'first',
      sentAt: at(when),
      number: 'N-5',
      lateReason,
    });
    const draft = notificationDraft(breach, 'FG');
    expect(draft.isComplete).toBe(false);
    expect(draft.missing).toContain('Feiten: Wat is er gebeurd');
    expect(draftMarkdown(draft)).toContain(
      'Uiterste moment van melden: 30 maart 2026 om 18:00 CEST',
    );
    expect(refusalOf(history, notify('2026-03-30T18:00:00+02:00', null))).toBeNull();
    expect(refusalOf(history, notify('2026-03-31T09:00:00+02:00', null))).toBe(
      'late-without-reason',
    );
    const late = breachOf(
      'DL-5',
      file([...history, notify('2026-03-31T09:00:00+02:00', 'ziekte')]),
    );
    expect(clockOf(late, at('2026-04-01T00:00:00Z')).state).toBe('notified-late');
    expect(escalationsDue(late, at('2026-04-01T00:00:00Z'))).toEqual([]);
  });
  test('the account holds everything, in the order in which it happened', () => {
    const text = accountMarkdown(breach);
    expect(text.indexOf('Signaal van Rijksrecherche')).toBeLessThan(
      text.indexOf('Dossier geopend'),
    );
    expect(text).toContain('27 maart 2026 om 17:00 CET');
  });
  test('a delay for a criminal inquiry ends, and says so two days before', () => {
    const delay = {
      ...decision('2026-03-28T10:00:00+01:00', 'inform', 'high-risk'),
      decision: 'delay',
      delay: { ground: 'opsporing', contact: 'OM', until: at('2026-05-01T00:00:00+02:00') },
    } as BreachEvent;
    expect(refusalOf(history, { ...delay, delay: null } as BreachEvent)).toBe('delay-without-end');
    const delayed = breachOf('DL-5', file([...history, delay]));
    const steps = (when: string) =>
      escalationsDue(delayed, at(when))
        .map((e) => e.what)
        .filter((w) => w === 'delay-ends');
    expect(steps('2026-04-28T23:59:59+02:00')).toEqual([]);
    expect(steps('2026-04-29T00:00:00+02:00')).toEqual(['delay-ends']);
    // It does not stop the clock of the notification.
    expect(clockOf(delayed, at('2026-03-31T00:00:00+02:00')).state).toBe('overdue');
    expect(informDecisionOf(delayed)?.decision).toBe('delay');
  });
});

test('a letter is refused while something in it is missing', () => {
  const fields = {
    municipality: 'Voorbeeldstad',
    what: 'Een medewerker bekeek uw gegevens.',
    dataKinds: 'adres',
    consequences: 'iemand kan uw adres kennen',
    whatWeDid: 'de toegang is ingetrokken',
    whatYouCanDo: 'neem contact op',
    contact: '14 0000',
  };
  expect(letter(fields)).toContain('Gemeente Voorbeeldstad');
  expect(() => letter({ ...fields, contact: ' ' })).toThrow('contact');
});
