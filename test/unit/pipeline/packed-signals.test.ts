import { expect, test } from 'vitest';
import { createSignalPacker, createSignalReader } from '../../../domain/packed-signals.ts';
import type { RawSignal } from '../../../domain/signal.ts';
import type { Token } from '../../../domain/token.ts';
import { createWeigher, ownOf } from '../../../pipeline/weigh.ts';

/** Signals of one day as a lane gives them: of every kind, with and without an official, a role and a number. */
const signalsOf = (day: number, lane: number): RawSignal[] =>
  Array.from({ length: 60 }, (_, n): RawSignal => {
    const actor = n % 7 === 0 ? null : (`a.1.${lane}-${n % 20}` as Token);
    const subject = `s.1.${n % 9}` as Token;
    const kind = n % 5 === 0 ? 'rule' : n % 5 === 1 ? 'support' : 'score';
    return {
      typology: n % 2 === 0 ? 'celebrity' : 'unusual-volume',
      ...{
        kind,
        p: (1 + ((n * 13 + day * 7) % 97)) / 160,
        floor: 'medium',
        verdict: 'unexplained',
      },
      ...{ detector: n % 2 === 0 ? 'celebrity' : 'unusual-volume', version: 2, day },
      subject: n % 3 === 0 ? subject : null,
      subjects: [subject, `s.1.é${n}` as Token],
      reasons: [
        {
          ...{
            detector: 'celebrity',
            code: 'looked-up',
            observed: n,
            expected: n % 2 ? 0.25 : null,
          },
          ...{ unit: 'lookups', comparedWith: 'role' },
          params: { total: n, path: { nl: 'broer "x"', en: 'brother' } },
        },
      ],
      eventIds: [`e-${lane}-${day}-${n}`, `€-${n}`],
      ...(n % 4 === 0 ? {} : { observed: n % 6 }),
      ...{ actor, firstEventAt: day * 86_400_000 + n, lastEventAt: day * 86_400_000 + 2 * n },
      ...{ key: actor ?? subject, role: n % 6 === 0 ? '' : `role-${n % 2}` },
    };
  });

test('signals of two threads are the same on the other side', () => {
  const packers = [createSignalPacker(), createSignalPacker()];
  const reader = createSignalReader();
  for (let day = 1; day <= 3; day++)
    for (const [lane, pack] of packers.entries()) {
      const signals = signalsOf(day, lane);
      // As it passes between threads.
      const sealed = reader.read(lane, structuredClone(pack(signals)));
      expect(sealed.map(reader.whole)).toEqual(signals.map(ownOf));
      for (const [i, { key, role, p, observed, kind, actor, detector }] of sealed.entries())
        expect({ key, role, p, observed, kind, actor, detector }).toEqual({
          ...{ key: signals[i]?.key, role: signals[i]?.role, p: signals[i]?.p },
          ...{ observed: signals[i]?.observed, kind: signals[i]?.kind },
          ...{ actor: signals[i]?.actor, detector: signals[i]?.detector },
        });
    }
  expect(reader.read(0, (packers[0] as (typeof packers)[number])([]))).toEqual([]);
});

test('a day of many signals travels in several texts, whole', () => {
  const many = Array.from({ length: 230 }, (_, day) => signalsOf(day, 0)).flat();
  const packed = createSignalPacker()(many);
  expect(packed.json.length).toBeGreaterThan(2);
  const reader = createSignalReader();
  expect(reader.read(0, packed).map(reader.whole)).toEqual(many.map(ownOf));
  const full = many.slice(0, 2 * 4_096);
  expect(reader.read(1, createSignalPacker()(full)).map(reader.whole)).toEqual(full.map(ownOf));
});

test('packed signals are weighed to what the same signals as objects are weighed to', () => {
  const plain = createWeigher();
  const sealing = createWeigher();
  const packers = [createSignalPacker(), createSignalPacker()];
  const reader = createSignalReader();
  let made = 0;
  let given = 0;
  for (let day = 1; day <= 20; day++) {
    const lanes = packers.map((_, lane) => signalsOf(day, lane));
    const sealed = packers.flatMap((pack, lane) => reader.read(lane, pack(lanes[lane] ?? [])));
    const said = sealing.dayOf(day, sealed, [], (signal) => {
      made++;
      return reader.whole(signal);
    });
    given += sealed.length;
    expect(said).toEqual(plain.day(day, lanes.flat()));
    expect(said.length).toBe(made);
    made = 0;
    expect(said.length).toBeLessThan(sealed.length);
  }
  expect(given).toBe(2400);
  expect(sealing.state()).toEqual(plain.state());
});
