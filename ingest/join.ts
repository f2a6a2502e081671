// Records of the national standards leave the official out on purpose; the application's own log names
// one. They are joined on trace and span, or on trace (or processing id) where one official alone is in it.
import type { Emit, FormatReader, ParsedEvent, RawLine } from './formats/format.ts';

const WINDOW_MS = 15 * 60_000;
const MAX_WAITING = 200_000;
/** Bytes of lines that wait, since a count alone bounds nothing. */
const MAX_BYTES = 134_217_728;

/** Formats whose records leave the official out on purpose. */
const RECORD_FORMATS: ReadonlySet<string> = new Set(['ldv', 'gemma']);

export type JoinCounts = {
  /** Records without an official that got one. */
  joined: number;
  /** Records that left without one: nobody or more than one was in their trace. */
  unjoined: number;
  /** Records that wait now. */
  waiting: number;
};
type Waiting = { parsed: ParsedEvent; line: RawLine; emit: Emit };
type Span = Waiting & { kind: 'span' };
type Audit = Waiting & { kind: 'audit'; isUsed: boolean };
/** What is known of one trace: officials per span, and who waits for it. */
type Trace = {
  officials: Map<string, Set<string>>;
  spans: Set<Span>;
  audits: Set<Audit>;
  at: number;
};

export type Join = ReturnType<typeof createJoin>;
/**
 * Holds records without an official until their audit line comes, the audit log is past them by more
 * than the window, or there is no room; then they go on as they are. An audit line about nobody whose
 * record came is that record's request and gives no event of its own. Two candidates are never
 * resolved by time.
 */
export function createJoin(options: { windowMs?: number; maxWaiting?: number } = {}) {
  const { windowMs = WINDOW_MS, maxWaiting = MAX_WAITING } = options;
  const traces = new Map<string, Trace>();
  const counts: JoinCounts = { joined: 0, unjoined: 0, waiting: 0 };
  let newestAudit = Number.NEGATIVE_INFINITY;
  let newestSpan = Number.NEGATIVE_INFINITY;
  let heldBytes = 0;
  let held = 0;
  let copied: { of: Buffer; line: RawLine } | null = null;

  /** A copy, one per line however many events it gives: what tells its events apart is the line itself. */
  function copyOf(line: RawLine): RawLine {
    if (copied?.of !== line.bytes)
      copied = { of: line.bytes, line: { ...line, bytes: Buffer.from(line.bytes) } };
    return copied.line;
  }
  function traceOf(id: string, at: number): Trace {
    let trace = traces.get(id);
    if (trace === undefined) {
      trace = { officials: new Map(), spans: new Set(), audits: new Set(), at };
      traces.set(id, trace);
    }
    trace.at = Math.max(trace.at, at);
    return trace;
  }
  const onlyOne = (officials: Iterable<string>): string | null => {
    const distinct = new Set(officials);
    return distinct.size === 1 ? ([...distinct][0] ?? null) : null;
  };

  function hold(waiting: Waiting): void {
    held++;
    heldBytes += waiting.line.bytes.length;
    counts.waiting = held;
  }
  function letGo(waiting: Waiting): void {
    held--;
    heldBytes -= waiting.line.bytes.length;
    counts.waiting = held;
  }
  function send(span: Span, trace: Trace, official: string | null): void {
    trace.spans.delete(span);
    letGo(span);
    if (official === null) counts.unjoined++;
    else {
      counts.joined++;
      span.parsed.event.actor = { id: official };
      for (const audit of trace.audits)
        if (audit.parsed.event.actor?.id === official) audit.isUsed = true;
    }
    span.emit.event(span.parsed, span.line);
  }
  /** Everything of a trace goes on, as well as it is known now. */
  function release(id: string, trace: Trace): void {
    traces.delete(id);
    const inTrace = onlyOne([...trace.officials.values()].flatMap((set) => [...set]));
    for (const span of [...trace.spans]) {
      const own = trace.officials.get(span.parsed.event.spanId ?? '');
      send(span, trace, own === undefined ? inTrace : onlyOne(own));
    }
    for (const audit of trace.audits) {
      letGo(audit);
      if (audit.isUsed) audit.emit.consumed('request-with-persons', audit.line);
      else audit.emit.event(audit.parsed, audit.line);
    }
  }
  /** Traces that the other log is past, and the oldest when there is no room. */
  function makeRoom(): void {
    for (const [id, trace] of traces) {
      const isFull = held > maxWaiting || heldBytes > MAX_BYTES || traces.size > maxWaiting;
      const past = Math.min(newestAudit, newestSpan);
      if (!isFull && past - trace.at <= windowMs) return;
      release(id, trace);
    }
  }

  function takeSpan(waiting: Waiting, traceId: string): void {
    const { event, occurredAt } = waiting.parsed;
    newestSpan = Math.max(newestSpan, occurredAt);
    const trace = traceOf(traceId, occurredAt);
    const span: Span = { ...waiting, kind: 'span', line: copyOf(waiting.line) };
    trace.spans.add(span);
    hold(span);
    const own = event.spanId === undefined ? undefined : trace.officials.get(event.spanId);
    if (own?.size === 1) send(span, trace, onlyOne(own));
    makeRoom();
  }

  function takeAudit(waiting: Waiting, traceId: string, official: string): void {
    const { event, occurredAt } = waiting.parsed;
    newestAudit = Math.max(newestAudit, occurredAt);
    const trace = traceOf(traceId, occurredAt);
    const spanId = event.spanId ?? '';
    const officials = trace.officials.get(spanId) ?? new Set();
    officials.add(official);
    trace.officials.set(spanId, officials);
    if (event.subject) waiting.emit.event(waiting.parsed, waiting.line);
    else {
      const audit: Audit = { ...waiting, kind: 'audit', isUsed: false, line: copyOf(waiting.line) };
      trace.audits.add(audit);
      hold(audit);
    }
    if (spanId !== '' && officials.size === 1)
      for (const span of [...trace.spans])
        if (span.parsed.event.spanId === spanId) send(span, trace, official);
    makeRoom();
  }

  return {
    counts,
    /**
     * A reader whose events pass through the join; ids of traces come in any case. Officials are learned
     * from the application's log only: another record of the same processing says nothing about this one.
     */
    through(reader: FormatReader, formatId: string): FormatReader {
      const isRecord = RECORD_FORMATS.has(formatId);
      const joining = (emit: Emit): Emit => ({
        ...emit,
        event(parsed, line) {
          const { traceId, actor } = parsed.event;
          const isWaited = traceId !== undefined && traceId !== '' && isRecord === !actor;
          if (!isWaited) emit.event(parsed, line);
          else if (actor) takeAudit({ parsed, line, emit }, traceId.toLowerCase(), actor.id);
          else takeSpan({ parsed, line, emit }, traceId.toLowerCase());
        },
      });
      // One wrapper per emitter: a reader is called with the same one for all lines of a batch.
      let last: { of: Emit; joined: Emit } | null = null;
      const wrapped = (emit: Emit): Emit => {
        if (last?.of !== emit) last = { of: emit, joined: joining(emit) };
        return last.joined;
      };
      return {
        line: (line, emit) => reader.line(line, wrapped(emit)),
        end: (emit) => reader.end(wrapped(emit)),
      };
    },
    /** Nothing more comes: whoever still waits goes on as well as is known. */
    end(): void {
      for (const [id, trace] of [...traces]) release(id, trace);
    },
  };
}
