// A thread that judges one share of officials and persons; started by `cli/lane-pool.ts`.
import { parentPort, workerData } from 'node:worker_threads';
import { DETECTORS } from '../detectors/registry.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import type { RawSignal } from '../domain/signal.ts';
import type { SourceFacts } from '../domain/source-facts.ts';
import { createSourceHealth } from '../ingest/health.ts';
import type { Coverage } from '../pipeline/coverage.ts';
import { type ClosedDay, createLane } from '../pipeline/lane.ts';
import { indexReference } from '../reference/index-rows.ts';
import { ACTOR_SHARE_AT, eachLine, eventOf, SUBJECT_SHARE_AT } from '../storage/event-pages.ts';

export type LaneThreadData = {
  rows: ReferenceRows;
  config: Record<string, unknown>;
  /** Ids of the detectors that may speak. */
  detectors: string[];
  part: number;
  parts: number;
  watched: string[];
  /** How long after its end a day still takes events; 0 when all is known. */
  graceMs: number;
};
/** A page of events up to an instant; or the end of all days, or the end with the last days open. */
export type LaneRequest = { text: string; to: number } | 'end' | 'open';
export type LaneAnswer = {
  closed: ClosedDay[];
  closedUpTo: number;
  coverage: Coverage[];
  officials: number;
  /** What the days that stay open say now. */
  open: RawSignal[];
  explanations: [string, Explanation][];
  /** Facts about the logs themselves, at the end and of one share only. */
  sources: SourceFacts[];
};

// Made by `cli/lane-pool.ts` in this shape.
const { rows, config, part, watched, graceMs, detectors: ids } = workerData as LaneThreadData;
const detectors = DETECTORS.filter((d) => ids.includes(d.meta.id));
const ZERO = 0x30;
let isActorOurs = false;
let isSubjectOurs = false;
const lane = createLane({
  reference: indexReference(rows),
  detectors,
  config,
  // The engine shared out the keys; the digits of the line at hand say how.
  share: { actors: () => isActorOurs, subjects: () => isSubjectOurs },
  packsOrdinary: true,
  graceMs,
  watched: new Set(watched),
});
// A hole in a source is only seen by who sees every line: the first share does.
const isForLogs = part === 0;
const health = createSourceHealth();
const readAt = Date.now();
const hasSubjects = detectors.some((d) => d.key === 'subject');

function take(text: string): void {
  eachLine(text, (start, end) => {
    isActorOurs = text.charCodeAt(start + ACTOR_SHARE_AT) - ZERO === part;
    isSubjectOurs = hasSubjects && text.charCodeAt(start + SUBJECT_SHARE_AT) - ZERO === part;
    if (!isActorOurs && !isSubjectOurs && !isForLogs) return;
    const event = eventOf(text.slice(start, end));
    if (isActorOurs || isSubjectOurs) lane.observe(event);
    // Nobody knows when old lines arrived; but none was written after it is read.
    if (isForLogs) health.observe(event, event.occurredAt > readAt ? readAt : null);
  });
}

parentPort?.on('message', (request: LaneRequest) => {
  const isEnd = typeof request === 'string';
  if (request === 'end') lane.closeAll();
  else if (request !== 'open') {
    take(request.text);
    lane.advance(request.to);
  }
  const open = request === 'open' ? lane.judgeOpen().flatMap((j) => j.signals) : [];
  const answer: LaneAnswer = {
    closed: lane.takeClosed(),
    closedUpTo: isEnd ? Number.POSITIVE_INFINITY : lane.closedUpTo(),
    coverage: isEnd ? lane.coverage() : [],
    officials: lane.officialsSeen(),
    open,
    explanations: isEnd ? [...lane.explanations()] : [],
    sources: isEnd && isForLogs ? health.facts() : [],
  };
  parentPort?.postMessage(answer);
});
