import { describe, expect, test } from 'vitest';
import { renderReason } from '../../../detectors/registry.ts';
import { judgeSources } from '../../../detectors/sources/judge-sources.ts';
import type { SourceSignal } from '../../../detectors/sources/source-detector.ts';
import type { AuditEvent } from '../../../domain/event.ts';
import { DAY_MS, HOUR_MS, localDay, startOfDay } from '../../../domain/time.ts';
import { createSourceHealth } from '../../../ingest/health.ts';
import { createTroubles } from '../../../ingest/troubles.ts';
import { toSourceAlert } from '../../../pipeline/source-alerts.ts';

// Monday 2 March 2026, 00:00 in Amsterdam.
const MONDAY = Date.UTC(2026, 2, 1, 23);
const FIRST_DAY = localDay(MONDAY);
/** Start of a local day of the log; summer time begins on its day 27. */
const dayAt = (day: number): number => startOfDay(FIRST_DAY + day);
const anEvent = (at: number, sequence: number | null, system = 'brp'): AuditEvent => ({
  eventId: `${system}-${at}-${sequence}`,
  requestId: null,
  occurredAt: at,
  system,
  instance: 'prod',
  sequence,
  actor: null,
  action: 'view',
  outcome: 'success',
  subject: null,
  subjectMunicipality: '',
  object: null,
  queryKey: null,
  resultCount: null,
  fields: [],
  caseRef: null,
  emergency: false,
  host: null,
  session: null,
  isDateOnly: false,
});

/** Office hours of some weeks: `perHour` events at 08:00 to 17:00 on working days. */
function aLog(options: {
  weeks: number;
  perHour?: number;
  skips?: (sequence: number) => boolean;
  isOut?: (at: number) => boolean;
  numbered?: boolean;
  restartAt?: number;
  arrives?: (at: number) => number | null;
  order?: (events: AuditEvent[]) => AuditEvent[];
}): SourceSignal[] {
  const {
    weeks,
    perHour = 30,
    skips = () => false,
    isOut = () => false,
    numbered = true,
  } = options;
  const health = createSourceHealth();
  const events: AuditEvent[] = [];
  let sequence = 100;
  for (let day = 0; day < weeks * 7; day++)
    for (let hour = 8; hour < 17 && day % 7 < 5; hour++)
      for (let i = 0; i < perHour; i++) {
        const at = dayAt(day) + hour * HOUR_MS + (i * HOUR_MS) / perHour;
        sequence = sequence === options.restartAt ? 1 : sequence + 1;
        if (!skips(sequence) && !isOut(at)) events.push(anEvent(at, numbered ? sequence : null));
      }
  // Another source tells that time goes on.
  events.push(anEvent(MONDAY + weeks * 7 * DAY_MS, null, 'other'));
  for (const event of (options.order ?? ((all) => all))(events))
    health.observe(event, options.arrives?.(event.occurredAt) ?? null);
  return judgeSources(health.facts()).filter((s) => s.system === 'brp');
}

describe('log-gap', () => {
  test('412 numbers that never came', () => {
    const [signal, ...others] = aLog({ weeks: 4, skips: (n) => n >= 2000 && n < 2412 });
    expect(others.filter((s) => s.typology === 'log-gap')).toEqual([]);
    expect(signal).toMatchObject({ typology: 'log-gap', system: 'brp', instance: 'prod' });
    expect(signal?.reason.observed).toBe(412);
    expect(signal && renderReason(signal.reason).en).toMatch(
      /^Source brp\/prod skipped 412 numbers between \d+ March 2026/,
    );
    expect(signal && renderReason(signal.reason).nl).toContain('In bron brp/prod ontbreken 412');
  });
  test('a whole log, lines in disorder, a counter that begins again: nothing', () => {
    expect(aLog({ weeks: 4 })).toEqual([]);
    const swap = (events: AuditEvent[]) =>
      events.map((e, i) => events[i % 2 === 0 ? i + 1 : i - 1] ?? e);
    expect(aLog({ weeks: 4, order: swap })).toEqual([]);
    expect(aLog({ weeks: 4, restartAt: 3000 })).toEqual([]);
  });
  test('a source that always skips some is no news, until it skips many', () => {
    const always = (n: number): boolean => n % 10 === 0;
    expect(aLog({ weeks: 4, skips: always }).filter((s) => s.from > MONDAY + 2 * DAY_MS)).toEqual(
      [],
    );
    const more = aLog({ weeks: 4, skips: (n) => always(n) || (n >= 4000 && n < 4100) });
    expect(more.filter((s) => s.from > MONDAY + 2 * DAY_MS).length).toBeGreaterThan(0);
  });
  test('without numbers, far fewer than that hour of the week usually has', () => {
    const from = dayAt(29) + 10 * HOUR_MS;
    const isOut = (at: number): boolean => at >= from + 30_000 && at < from + HOUR_MS;
    const [signal] = aLog({ weeks: 6, numbered: false, perHour: 240, isOut });
    expect(signal).toMatchObject({
      typology: 'log-gap',
      from,
      reason: { code: 'fewer-than-usual' },
    });
  });
});

describe('source-silent', () => {
  const day = dayAt(29);
  const isOut = (at: number): boolean => at >= day + 10 * HOUR_MS && at < day + 15 * HOUR_MS;
  test('five silent hours of a working day, said once', () => {
    const signals = aLog({ weeks: 6, numbered: false, isOut });
    expect(signals.map((s) => s.typology)).toEqual(['source-silent']);
    expect(signals[0]?.reason.observed).toBe(5);
    expect(signals[0]?.reason.expected).toBeCloseTo(150, -1);
  });
  test('nights, weekends and public holidays are quiet by nature', () => {
    // Good Friday is a working day here; Easter Monday and King’s Day are not.
    const isFree = (at: number): boolean => {
      const date = new Date(at).toISOString().slice(0, 10);
      return date === '2026-04-06' || date === '2026-04-27';
    };
    expect(aLog({ weeks: 10, numbered: false, isOut: isFree })).toEqual([]);
  });
  test('a source that never comes back is silent until now', () => {
    const signals = aLog({ weeks: 6, numbered: false, isOut: (at) => at >= day + 10 * HOUR_MS });
    expect(signals.at(0)).toMatchObject({ typology: 'source-silent' });
    expect(signals).toHaveLength(1);
  });
});

describe('clock-skew', () => {
  test('events after their arrival', () => {
    const from = MONDAY + 10 * DAY_MS;
    const signals = aLog({ weeks: 3, arrives: (at) => at + (at >= from ? -252_000 : 2_000) });
    expect(signals).toMatchObject([{ typology: 'clock-skew', reason: { observed: 252 } }]);
    expect(signals[0] && renderReason(signals[0].reason).en).toContain('252 seconds off');
  });
  test('late delivery is no skewed clock', () => {
    const late = (at: number): number => at + (at > MONDAY + 10 * DAY_MS ? 3_600_000 : 2_000);
    expect(aLog({ weeks: 3, arrives: late })).toEqual([]);
  });
});

describe('a log that comes once a day', () => {
  // At six in the morning comes the day before.
  const daily = (at: number): number => startOfDay(localDay(at) + 1) + 6 * HOUR_MS;
  test('has no wrong clock, and is not late', () => {
    expect(aLog({ weeks: 4, arrives: daily })).toEqual([]);
  });
  test('is late when it comes two days after', () => {
    const isLate = (at: number): boolean => at > dayAt(16) && at < dayAt(17);
    const signals = aLog({
      weeks: 4,
      arrives: (at) => daily(at) + (isLate(at) ? 30 * HOUR_MS : 0),
    });
    expect(signals.map((s) => s.detector)).toEqual(['late-arrivals']);
  });
});

describe('late-arrivals', () => {
  test('three hours late on one day, by its own usual delay', () => {
    const isLate = (at: number): boolean => at > dayAt(9) && at < dayAt(10);
    const signals = aLog({
      weeks: 3,
      arrives: (at) => at + (isLate(at) ? 3 * HOUR_MS : 20 * 60_000),
    });
    expect(signals).toMatchObject([
      { typology: 'source-silent', reason: { code: 'later-than-usual', observed: 160 } },
    ]);
    expect(signals[0] && renderReason(signals[0].reason).nl).toContain('160 minuten later');
    expect(signals[0]?.to).toBeLessThan(dayAt(10));
  });
  test('a source that is always a day late is usual', () => {
    expect(aLog({ weeks: 3, arrives: (at) => at + DAY_MS })).toEqual([]);
  });
});

describe('lines that come to nothing', () => {
  /** Four weeks of office hours; `bad` says how many more lines come to nothing on a day, of which kind. */
  function aTroubledLog(bad: (day: number) => number, kind: 'dead' | 'duplicate'): SourceSignal[] {
    const health = createSourceHealth();
    const troubles = createTroubles();
    for (let day = 0; day < 28; day++)
      for (let i = 0; i < 300 && day % 7 < 5; i++) {
        const event = anEvent(dayAt(day) + 8 * HOUR_MS + i * 100_000, null);
        health.observe(event, null);
        troubles.event('log', event);
        if (i >= bad(day)) continue;
        if (kind === 'dead') troubles.dead('log');
        else troubles.duplicate(event);
      }
    return judgeSources(troubles.addTo(health.facts()));
  }
  test('a format that changes is told once, for as long as it stays so', () => {
    const signals = aTroubledLog((day) => (day >= 15 && day < 18 ? 120 : 2), 'dead');
    expect(signals).toMatchObject([
      { typology: 'log-gap', detector: 'format-drift', reason: { observed: 360 } },
    ]);
    expect(signals[0]?.from).toBeGreaterThanOrEqual(dayAt(15));
    expect(signals[0]?.to).toBeLessThan(dayAt(18));
    expect(signals[0] && renderReason(signals[0].reason).en).toMatch(/360 lines could not be read/);
  });
  test('a source with the same share of bad lines as ever is none, nor one with nine of them', () => {
    expect(aTroubledLog(() => 6, 'dead')).toEqual([]);
    expect(aTroubledLog((day) => (day === 15 ? 9 : 0), 'dead')).toEqual([]);
  });
  test('a sender that begins to repeat', () => {
    const signals = aTroubledLog((day) => (day === 22 ? 200 : 0), 'duplicate');
    expect(signals).toMatchObject([
      { typology: 'log-gap', detector: 'repeated-lines', reason: { observed: 200 } },
    ]);
  });
  test('bad lines before the first good one count with it', () => {
    const troubles = createTroubles();
    const health = createSourceHealth();
    for (let i = 0; i < 40; i++) troubles.dead('log');
    const event = anEvent(dayAt(1) + 9 * HOUR_MS, null);
    health.observe(event, null);
    troubles.event('log', event);
    const [facts] = troubles.addTo(health.facts());
    expect(facts?.hours).toMatchObject([{ events: 1, deadLetters: 40 }]);
  });
});

test('an alert about a log names nobody', () => {
  const [signal] = aLog({ weeks: 4, skips: (n) => n >= 2000 && n < 2412 });
  if (signal === undefined) throw new Error('no signal');
  const versions = { config: 'c', reference: 'r', detectors: {} };
  const alert = toSourceAlert(signal, { versions, render: renderReason });
  expect(alert).toMatchObject({
    actor: null,
    subjects: [],
    explanation: 'cannot-judge',
    status: 'new',
  });
  expect(toSourceAlert(signal, { versions, render: renderReason }).alertId).toBe(alert.alertId);
});
