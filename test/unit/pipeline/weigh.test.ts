import { expect, test } from 'vitest';
import type { RawSignal } from '../../../domain/signal.ts';
import { bytesOf } from '../../../domain/state-chunk.ts';
import { noChoices } from '../../../pipeline/choose.ts';
import type { OrdinaryScores } from '../../../pipeline/judge-day.ts';
import { restoreWeighed, saveWeighed } from '../../../pipeline/snapshot.ts';
import { createWeigher } from '../../../pipeline/weigh.ts';
import { token } from '../../helpers/lookups.ts';

const aScore = (actor: string, role: string, over: Partial<RawSignal> = {}): RawSignal => ({
  ...{ typology: 'no-case', kind: 'score', p: 1, floor: 'low', subject: null, reasons: [] },
  ...{ eventIds: [], verdict: 'explained', detector: 'no-case', version: 1, day: 100 },
  ...{
    actor: token(actor),
    key: token(actor),
    role,
    firstEventAt: 0,
    lastEventAt: 0,
    subjects: [],
  },
  ...over,
});
const aRule = (actor: string, role: string): RawSignal =>
  aScore(actor, role, { kind: 'rule', p: 1e-3, typology: 'self', detector: 'self' });
/** Three at the desk and one permit officer; of the latter, two persons are spoken of as well. */
const WORK = [
  ...['a1', 'a2', 'a3'].map((a) => aScore(a, 'desk')),
  aScore('a4', 'permits'),
  ...['s1', 's2'].map((s) =>
    aScore('a4', 'permits', { key: token(s), detector: 'dormant-subject' }),
  ),
  // Speaks only of those with exports: the detector that gives most tells how many worked.
  aScore('a1', 'desk', { detector: 'bulk-export' }),
];
const peersOf = (weigher: ReturnType<typeof createWeigher>, ...rules: RawSignal[]) =>
  weigher.preview(rules).map((s) => s.peers);

test('a signal tells the role and how much of the work so far was done in it', () => {
  const weigher = createWeigher();
  expect(peersOf(weigher, aRule('a1', 'desk'))).toEqual([undefined]);
  expect(weigher.day(100, [...WORK, aRule('a1', 'desk')]).map((s) => s.peers)).toEqual([undefined]);
  const rules = [aRule('a1', 'desk'), aRule('a4', 'permits'), aRule('a5', ''), aRule('a6', 'new')];
  const known = [
    { role: 'desk', share: 0.75 },
    { role: 'permits', share: 0.25 },
  ];
  expect(peersOf(weigher, ...rules)).toEqual([...known, undefined, undefined]);
});
test('the order of signals, and scores packed on the way, change nothing', () => {
  const packed: OrdinaryScores[] = ['desk', 'permits'].map(
    (role) =>
      new Map([
        [
          `no-case\0${role}`,
          {
            ps: WORK.filter((s) => s.role === role && s.detector === 'no-case').map(() => 1),
            ...{ observed: [null], members: [] },
          },
        ],
      ]),
  );
  const weighers = [createWeigher(), createWeigher(), createWeigher()];
  weighers[0]?.day(100, WORK);
  weighers[1]?.day(100, [...WORK].reverse());
  weighers[2]?.day(100, [], packed);
  const seen = weighers.map((w) => peersOf(w, aRule('a1', 'desk'), aRule('a4', 'permits')));
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});
test('what was known of the work comes back out of a snapshot', () => {
  const weigher = createWeigher();
  weigher.day(100, WORK);
  const { state } = restoreWeighed(bytesOf(saveWeighed(weigher.state(), noChoices())));
  expect(state).toEqual(weigher.state());
  expect(peersOf(createWeigher(state), aRule('a1', 'desk'))).toEqual([
    { role: 'desk', share: 0.75 },
  ]);
});
