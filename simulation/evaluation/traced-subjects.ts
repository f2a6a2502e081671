// Bed A for questions about subjects: a look at a file that lies still, and who shares the victims.
import { commonAccess } from '../../detectors/lookback/common-access.ts';
import type { Token } from '../../domain/token.ts';
import { mulberry, readTraces, type Trace } from './traces.ts';

const LEAST_EARLIER = 20;
const INJECTED_SHARE = 0.02;
const LIVE_DAYS = 7;

export type Dormancy = {
  set: string;
  /** Which file is opened: any of the register, or one with work in the last week. */
  victim: 'any' | 'live';
  positives: number;
  auc: number;
  /** Recall at 1 % of the first accesses of ordinary work. */
  recall: number;
};

/** Area under the curve by ranks; ties count half. */
export function aucOf(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((value) => ({ value, isPositive: true })),
    ...negatives.map((value) => ({ value, isPositive: false })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    const rank = (start + 1 + end) / 2;
    rankSum += rank * all.slice(start, end).filter((one) => one.isPositive).length;
    start = end;
  }
  const n = positives.length;
  return (rankSum - (n * (n + 1)) / 2) / (n * negatives.length);
}

/**
 * First accesses of experienced officials in the later half; beside 2 % of them the same official opens
 * a random other file at the same moment. The score is the days since anybody's last work on the file.
 */
export function dormancy(set: string, victim: Dormancy['victim'], seeds: number): Dormancy {
  const traces = readTraces(set);
  const middle = ((traces[0]?.at ?? 0) + (traces.at(-1)?.at ?? 0)) / 2;
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const draw = mulberry(seed);
    const last = new Map<string, Trace>();
    const earlier = new Map<string, Set<string>>();
    for (const trace of traces) {
      const own = earlier.get(trace.actor) ?? new Set<string>();
      earlier.set(trace.actor, own);
      const gapOf = (subject: string) => trace.day - (last.get(subject)?.day ?? trace.day);
      const isFirst = !own.has(trace.subject) && own.size >= LEAST_EARLIER && trace.at >= middle;
      if (isFirst && last.has(trace.subject)) {
        if (seed === 1) negatives.push(gapOf(trace.subject));
        if (draw() < INJECTED_SHARE) {
          const pool = [...last.keys()].filter(
            (subject) => !own.has(subject) && (victim === 'any' || gapOf(subject) <= LIVE_DAYS),
          );
          const chosen = pool[Math.floor(draw() * pool.length)];
          if (chosen !== undefined) positives.push(gapOf(chosen));
        }
      }
      own.add(trace.subject);
      last.set(trace.subject, trace);
    }
  }
  const ordinary = negatives.toSorted((a, b) => b - a);
  const cut = ordinary[Math.floor(ordinary.length * 0.01)] ?? 0;
  const recall = positives.filter((gap) => gap > cut).length / Math.max(1, positives.length);
  return { set, victim, positives: positives.length, auc: aucOf(positives, negatives), recall };
}

export type Common = { set: string; officials: number; trials: number; top1: number; top3: number };

/** N random victims of whom one official has opened the stated share; who comes out on top? */
export function commonTrials(set: string, victims: number, share: number, trials: number): Common {
  const bySubject = new Map<string, Set<string>>();
  const byActor = new Map<string, Set<string>>();
  for (const { actor, subject } of readTraces(set)) {
    byActor.set(actor, (byActor.get(actor) ?? new Set()).add(subject));
    bySubject.set(subject, (bySubject.get(subject) ?? new Set()).add(actor));
  }
  const subjects = [...bySubject.keys()].sort();
  const officials = [...byActor].filter(([, own]) => own.size >= 10).map(([actor]) => actor);
  const draw = mulberry(99);
  const pick = (list: readonly string[]) => list[Math.floor(draw() * list.length)] ?? '';
  let [top1, top3] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const guilty = pick(officials.toSorted());
    const chosen = new Set<string>();
    while (chosen.size < victims) chosen.add(pick(subjects));
    // What was leaked counts as opened by the one who leaked it.
    const leaked = new Set([...chosen].slice(0, Math.round(victims * share)));
    const opened = new Map(
      officials.map((actor) => {
        const own = byActor.get(actor) ?? new Set<string>();
        return [actor, actor === guilty ? new Set([...own, ...leaked]) : own];
      }),
    );
    const answer = commonAccess(
      [...opened].map(([actor, own]) => ({
        actor: actor as Token,
        persons: own.size,
        common: [...chosen]
          .filter((subject) => own.has(subject))
          .map((subject) => ({
            ...{ subject: subject as Token, lookups: 1, firstAt: 0, lastAt: 0, isBefore: null },
          })),
      })),
      {
        persons: subjects.length,
        pairs: [...opened.values()].reduce((sum, own) => sum + own.size, 0),
        officials: officials.length,
        degrees: new Map(
          [...chosen].map((subject) => [
            subject as Token,
            [...opened.values()].filter((own) => own.has(subject)).length,
          ]),
        ),
      },
      victims,
    );
    const place = answer.rows.findIndex((row) => row.actor === guilty);
    if (place === 0) top1++;
    if (place >= 0 && place < 3) top3++;
  }
  return { set, officials: officials.length, trials, top1: top1 / trials, top3: top3 / trials };
}
