// on-leave, expired-role, shared-account and denied-probing: what an account does, whoever sits there.
import { describe, expect, test } from 'vitest';
import { deniedProbing } from '../../../detectors/denied-probing.ts';
import { expiredRole } from '../../../detectors/expired-role.ts';
import { onLeave } from '../../../detectors/on-leave.ts';
import { sharedAccount } from '../../../detectors/shared-account.ts';
import {
  aLookup,
  aReference,
  aSearch,
  inWords,
  observeDays,
  STRONG,
  WEAK,
} from '../../helpers/lookups.ts';

describe('on-leave', () => {
  const reference = aReference({ leave: { a1: ['Mon 00:00', 'Sat 00:00'] } });
  test.each([
    ['a lookup in the middle of leave', 'Wed 10:00', 1],
    ['twelve hours after its beginning', 'Mon 12:00', 1],
    ['a minute less', 'Mon 11:59', 0],
    ['the last half day', 'Fri 12:00', 0],
    ['the week after', 'Wed+1 10:00', 0],
  ])('speaks of %s: %s, %d', (_, at, signals) => {
    expect(observeDays(onLeave, [aLookup({ at })], { reference })).toHaveLength(signals);
  });
  test('is silent about work, and softer where the team had the case', () => {
    const at = 'Wed 10:00';
    const run = (explanation: typeof STRONG) =>
      observeDays(onLeave, [aLookup({ at, explanation })], { reference });
    expect(run(STRONG)).toEqual([]);
    expect(run(WEAK)).toMatchObject([{ kind: 'support' }]);
  });
  test('is silent without a roster', () => {
    const nothing = aReference({ leave: { a1: ['Mon 00:00', 'Sat 00:00'] }, hasRoster: false });
    expect(observeDays(onLeave, [aLookup({ at: 'Wed 10:00' })], { reference: nothing })).toEqual(
      [],
    );
  });
  test('explains itself', () => {
    const signals = observeDays(onLeave, [aLookup({ at: 'Wed 10:00', host: 'h1' })], { reference });
    expect(inWords(signals)).toEqual([
      'Van deze medewerker viel 1 raadpleging in een periode die in het rooster als afwezig staat (verwacht: 0,05), over 1 persoon, van 1 werkplek; een zaak, afspraak of contact is daarbij niet gevonden.',
      '1 lookup of this official fell in a period that the roster lists as absence (expected 0.05), on 1 person, from 1 workstation; no case, appointment or contact was found for this.',
    ]);
  });
});

describe('expired-role', () => {
  const reference = aReference({ ended: { a1: 'Mon 00:00' } });
  test.each([
    ['Wed 23:59', 0],
    ['Thu 00:00', 1],
  ])('knows three days of grace: %s gives %d', (at, signals) => {
    expect(observeDays(expiredRole, [aLookup({ at })], { reference })).toHaveLength(signals);
  });
  test('counts since the end, and is firm even where a case is open', () => {
    const days = [aLookup({ at: 'Thu 10:00' }), aLookup({ at: 'Fri 10:00', explanation: STRONG })];
    expect(observeDays(expiredRole, days, { reference })).toMatchObject([
      { kind: 'rule', p: 1e-4, floor: 'medium', reasons: [{ observed: 1 }] },
      { kind: 'rule', p: 1e-2, floor: 'low', reasons: [{ observed: 2, params: { days: 2 } }] },
    ]);
  });
  test('explains itself', () => {
    expect(
      inWords(observeDays(expiredRole, [aLookup({ at: 'Fri 10:00' })], { reference })),
    ).toEqual([
      'De functie waar deze toegang bij hoorde, is geëindigd; op 1 dag daarna: 1 raadpleging (toegestaan: 0), 1 op deze dag; een zaak, afspraak of contact is daarbij niet gevonden.',
      'The role this access belonged to has ended; on 1 day since: 1 lookup (allowed: 0), 1 on this day; no case, appointment or contact was found for this.',
    ]);
  });
});

describe('shared-account', () => {
  const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
  /** Three weeks at the own desk and laptop. */
  const past = [0, 1, 2].flatMap((week) =>
    DAYS.flatMap((day) =>
      ['desk', 'laptop'].map((host, i) => aLookup({ at: `${day}+${week} 1${i}:00`, host })),
    ),
  );
  const alternating = (hosts: string[], count: number, minutes = 4) =>
    Array.from({ length: count }, (_, i) =>
      aLookup({
        at: `Tue+3 10:${String(i * minutes).padStart(2, '0')}`,
        host: hosts[i % hosts.length] ?? '',
        subject: `s${i}`,
      }),
    );
  const rules = (lookups: ReturnType<typeof aLookup>[]) =>
    observeDays(sharedAccount, lookups).filter((s) => s.kind === 'rule');
  test('speaks at the third change to a strange workstation in half an hour', () => {
    expect(rules([...past, ...alternating(['desk', 'strange'], 4)])).toHaveLength(1);
    expect(rules([...past, ...alternating(['desk', 'strange'], 3)])).toEqual([]);
  });
  test('leaves the own desk and laptop alone', () => {
    expect(rules([...past, ...alternating(['desk', 'laptop'], 8)])).toEqual([]);
  });
  test('asks for changes within five minutes', () => {
    expect(rules([...past, ...alternating(['desk', 'strange'], 6, 6)])).toEqual([]);
  });
  test('says nothing firm before it knows the habits', () => {
    expect(rules(alternating(['desk', 'strange'], 8))).toEqual([]);
  });
  test('explains itself', () => {
    expect(inWords(rules([...past, ...alternating(['desk', 'strange'], 5)]))).toEqual([
      'Dit account wisselde 4 keer tussen 2 werkplekken, telkens binnen 5 minuten; 4 keer in een half uur (gewoonlijk: 0,05 per dag).',
      'This account changed 4 times between 2 workstations, each within 5 minutes; 4 times in half an hour (usually 0.05 a day).',
    ]);
  });
});

describe('denied-probing', () => {
  const denied = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      aLookup({ at: `Tue 10:${10 + i}`, subject: `s${i}`, outcome: 'denied' }),
    );
  test.each([
    [5, 1],
    [4, 0],
  ])('makes a rule of refusals on %d persons: %d', (count, rules) => {
    const signals = observeDays(deniedProbing, denied(count));
    expect(signals.filter((s) => s.kind === 'rule')).toHaveLength(rules);
  });
  test('sees the same person opened through another system within a day', () => {
    const way = (at: string, system: string) =>
      observeDays(deniedProbing, [
        aLookup({ at: 'Tue 10:00', outcome: 'denied' }),
        aLookup({ at, system }),
      ]).filter((s) => s.reasons[0]?.code === 'another-way');
    expect(way('Tue 10:20', 'suwinet')).toHaveLength(1);
    expect(way('Tue 10:20', 'brp')).toEqual([]);
    expect(way('Wed 10:00', 'suwinet')).toHaveLength(1);
    expect(way('Wed 10:01', 'suwinet')).toEqual([]);
  });
  test('counts refusals that name nobody', () => {
    const others = Array.from({ length: 6 }, (_, i) =>
      aSearch({ at: `Tue 11:${10 + i}`, outcome: 'denied' }),
    );
    const signals = observeDays(deniedProbing, [], { others });
    expect(signals.filter((s) => s.kind === 'rule')).toHaveLength(1);
  });
  test('explains itself', () => {
    const [signal] = observeDays(deniedProbing, denied(5));
    expect(inWords([signal].flatMap((s) => s ?? []))).toEqual([
      '5 geweigerde verzoeken van deze medewerker over 5 personen op één dag (gewoonlijk: 0,1).',
      '5 refused requests of this official on 5 persons in a day (usually 0.1).',
    ]);
  });
});
