import { DETECTORS } from '../detectors/registry.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { PackedReference } from '../domain/packed-reference.ts';
import type { RawSignal } from '../domain/signal.ts';
import type { SourceFacts } from '../domain/source-facts.ts';
import type { Token } from '../domain/token.ts';
import { createSourceHealth } from '../ingest/health.ts';
import type { Coverage } from '../pipeline/coverage.ts';
import { type ClosedDay, createLane } from '../pipeline/lane.ts';
import { indexPacked } from '../reference/index-rows.ts';
import { type CopyFile, type CopyPage, createCopyReader } from '../storage/event-copy.ts';
import { ACTOR_SHARE_AT, eachLine, eventOf, SUBJECT_SHARE_AT } from '../storage/event-pages.ts';

export type LaneShareData = {
  reference: PackedReference;
  config: Record<string, unknown>;
  /** Ids of the detectors that may speak. */
  detectors: string[];
  part: number;
  parts: number;
  watched: string[];
  /** Where the events are, when not in the store alone. */
  copy: CopyFile | null;
  /** How long after its end a day still takes events; 0 when all is known. */
  graceMs: number;
  /** When the events had reached us, epoch ms: what lies ahead of it ends no day. */
  seenAt: number;
};
/**
 * A page of events up to an instant, from the store as text or from the copy; or the end of all days, or
 * the end with the last days left open.
 */
export type LaneRequest =
  | { text: string; to: number }
  | Pick<CopyPage, 'pieces' | 'to'>
  | 'end'
  | 'open';
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

const ZERO = 0x30;
/** Tokens end in random letters: which share a key falls into decides nothing but who does the work. */
const shareOf = (key: Token | null, parts: number): number =>
  key === null || key.length < 3
    ? 0
    : (31 * key.charCodeAt(key.length - 2) + key.charCodeAt(key.length - 3)) % parts;

export type LaneOfShare = ReturnType<typeof createLaneOfShare>;
/** Judges one share of officials and persons; one of its kind in every thread. */
export function createLaneOfShare({
  config,
  part,
  parts,
  watched,
  graceMs,
  seenAt,
  ...data
}: LaneShareData) {
  const detectors = DETECTORS.filter((d) => data.detectors.includes(d.meta.id));
  let isActorOurs = false;
  let isSubjectOurs = false;
  const lane = createLane({
    reference: indexPacked(data.reference),
    detectors,
    config,
    // Who reads the events knows whose they are; the lane asks about the one at hand.
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
  const copy = data.copy === null ? null : createCopyReader(data.copy);

  function take(event: AuditEvent): void {
    if (isActorOurs || isSubjectOurs) lane.observe(event, seenAt);
    // Nobody knows when old lines arrived; but none was written after it is read.
    if (isForLogs) health.observe(event, event.occurredAt > readAt ? readAt : null);
  }

  function takeText(text: string): void {
    eachLine(text, (start, end) => {
      // The engine shared out the keys; two digits of the line say how.
      isActorOurs = text.charCodeAt(start + ACTOR_SHARE_AT) - ZERO === part;
      isSubjectOurs = hasSubjects && text.charCodeAt(start + SUBJECT_SHARE_AT) - ZERO === part;
      if (isActorOurs || isSubjectOurs || isForLogs) take(eventOf(text.slice(start, end)));
    });
  }

  function takePieces(pieces: CopyPage['pieces']): void {
    const isActor = (key: Token | null): boolean => shareOf(key, parts) === part;
    const isSubject = (key: Token | null): boolean => hasSubjects && shareOf(key, parts) === part;
    const wants = (actor: Token | null, subject: Token | null): boolean =>
      isForLogs || isActor(actor) || isSubject(subject);
    for (const event of copy?.events({ pieces }, wants) ?? []) {
      isActorOurs = isActor(event.actor?.token ?? null);
      isSubjectOurs = isSubject(event.subject);
      take(event);
    }
  }

  return {
    answer(request: LaneRequest): LaneAnswer {
      const isEnd = typeof request === 'string';
      if (request === 'end') lane.closeAll();
      else if (request !== 'open') {
        if ('text' in request) takeText(request.text);
        else takePieces(request.pieces);
        lane.advance(request.to);
      }
      const open = request === 'open' ? lane.judgeOpen().flatMap((j) => j.signals) : [];
      return {
        closed: lane.takeClosed(),
        closedUpTo: isEnd ? Number.POSITIVE_INFINITY : lane.closedUpTo(),
        coverage: isEnd ? lane.coverage() : [],
        officials: lane.officialsSeen(),
        open,
        explanations: isEnd ? [...lane.explanations()] : [],
        sources: isEnd && isForLogs ? health.facts() : [],
      };
    },
  };
}
