import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ExplainHistory } from '../detectors/explain/explain.ts';
import type { ScoreWindow } from '../detectors/scoring/calibrate.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { PackedBlock } from '../domain/packed-events.ts';
import type { Signal } from '../domain/signal.ts';
import { type StateChunk, stateChunk } from '../domain/state-chunk.ts';
import type { Token } from '../domain/token.ts';
import { type ChoiceState, noChoices } from './choose.ts';
import type { CoverageBySystem } from './coverage.ts';
import { readBlock } from './day-log.ts';
import { groupBy } from './group-by.ts';
import { type Detectors, emptyMemory, type KeyMemory } from './judge-day.ts';
import type { OpenDay } from './open-day.ts';
import { nothingWeighed, type WeighState } from './weigh.ts';

/** Everything a lane knows: plain data. */
export type LaneState = {
  actors: Map<Token, KeyMemory>;
  subjects: Map<Token, KeyMemory>;
  history: ExplainHistory;
  coverage: CoverageBySystem;
  /** Days that still take events, oldest first. */
  open: OpenDay[];
  /** Last day that takes no more events. */
  closedUpTo: number;
  /** Newest instant seen or told. */
  newest: number;
  officials: number;
  days: number;
  officialDays: number;
  late: number;
  duplicates: number;
};

export const emptyLaneState = (): LaneState => ({
  ...{ actors: new Map(), subjects: new Map(), history: new Map(), coverage: new Map(), open: [] },
  ...{ closedUpTo: Number.NEGATIVE_INFINITY, newest: Number.NEGATIVE_INFINITY },
  ...{ officials: 0, days: 0, officialDays: 0, late: 0, duplicates: 0 },
});

/** Changes when the shape of a chunk does. Those of before are read too; another one is refused. */
const FORMAT = 2;
/** Kept the events of open days in the head, by their keys. */
const KEYED_FORMAT = 1;
/** Keys per chunk: a chunk is a few hundred kB, so saving needs little memory beside the state. */
const KEYS_PER_CHUNK = 2_000;

type Side = 'actors' | 'subjects';
type Head = Omit<LaneState, 'actors' | 'subjects' | 'history' | 'open'>;
type KeyedDay = Record<'byActor' | 'bySubject', Map<Token, AuditEvent[]>> & {
  day: number;
  ids: Set<string> | null;
};
type WeighedRest = Omit<WeighState, 'windows'>;
type BlockChunk = {
  format: number;
  kind: 'block';
  day: number;
  index: number;
  packed: PackedBlock;
};
type Chunk =
  | ({ format: number; kind: 'weigh'; windows: [string, ScoreWindow][] } & WeighedRest)
  | { format: number; kind: 'signals'; signals: Signal[] }
  | { format: number; kind: 'choice'; choice: Omit<ChoiceState, 'settled'> }
  | { format: number; kind: 'head'; head: Head; detectors: Record<string, number> }
  | BlockChunk
  | ({ format: number; kind: 'recent' } & RestoredDay & { events: readonly AuditEvent[] })
  | { format: number; kind: 'memory'; side: Side; keys: [Token, Omit<KeyMemory, 'states'>][] }
  | { format: number; kind: 'state'; side: Side; detector: string; states: [Token, unknown][] }
  | { format: number; kind: 'history'; actors: [Token, Map<Token, number>][] };

// Level 1: states are numbers and repeated tokens, and a snapshot must not hold up the lane.
const pack = (chunk: Chunk): Buffer => deflateRawSync(serialize(chunk), { level: 1 });
const saved = (chunk: Chunk): StateChunk => stateChunk(pack(chunk));
// Written by `pack`; the format number is looked at before anything else.
const unpack = (bytes: Uint8Array): Chunk => deserialize(inflateRawSync(bytes)) as Chunk;

function* portions<T>(items: Iterable<T>): Generator<T[]> {
  let portion: T[] = [];
  for (const item of items) {
    portion.push(item);
    if (portion.length < KEYS_PER_CHUNK) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

const sideOf = (side: Side): 'actor' | 'subject' => (side === 'actors' ? 'actor' : 'subject');

/** What changes with every event, as chunks: the head, and the events of open days. */
export function saveHead(
  { actors, subjects, history, open, ...head }: LaneState,
  detectors: Detectors,
): StateChunk[] {
  const versions = [...detectors.actor, ...detectors.subject].map(
    ({ detector }) => [detector.meta.id, detector.meta.version] as const,
  );
  const chunks = [
    saved({ format: FORMAT, kind: 'head', head, detectors: Object.fromEntries(versions) }),
  ];
  for (const { day, log, keyless } of open) {
    for (const block of log.blocks()) chunks.push(block.chunk());
    chunks.push(saved({ format: FORMAT, kind: 'recent', day, events: log.recent(), keyless }));
  }
  return chunks;
}

/** A block of the events of an open day, as the bytes of a chunk. */
export const packBlock = (day: number, index: number, packed: PackedBlock): Buffer =>
  pack({ format: FORMAT, kind: 'block', day, index, packed });

/** What is known of the keys of a lane, as chunks; states are kept per detector, so that one can start anew. */
export function* saveKeys(
  { actors, subjects, history }: LaneState,
  detectors: Detectors,
): Generator<Buffer> {
  for (const [side, memories] of [
    ['actors', actors],
    ['subjects', subjects],
  ] as const)
    for (const portion of portions(memories)) {
      const keys = portion.map(([key, { states: _, ...rest }]) => [key, rest] as const);
      yield pack({ format: FORMAT, kind: 'memory', side, keys: keys.map(([k, v]) => [k, v]) });
      for (const [index, { detector }] of detectors[sideOf(side)].entries()) {
        const states = portion
          .filter(([, memory]) => memory.states[index] !== undefined)
          .map(([key, memory]): [Token, unknown] => [key, memory.states[index]]);
        if (states.length > 0)
          yield pack({ format: FORMAT, kind: 'state', side, detector: detector.meta.id, states });
      }
    }
  for (const portion of portions(history))
    yield pack({ format: FORMAT, kind: 'history', actors: portion });
}

/** Events of a day that still takes some, and ids of such as are under no key. */
export type RestoredDay = {
  day: number;
  events: Iterable<AuditEvent>;
  keyless: readonly string[];
};
export type RestoredLane = {
  state: Omit<LaneState, 'open'>;
  /** Oldest day first. */
  open: RestoredDay[];
  /** The detectors that start anew. */
  warmedUp: string[];
};
/** The state behind the chunks, in any order. */
export function restoreLane(chunks: readonly Uint8Array[], detectors: Detectors): RestoredLane {
  const actors = new Map<Token, KeyMemory>();
  const subjects = new Map<Token, KeyMemory>();
  const sides = { actors, subjects };
  const history: ExplainHistory = new Map();
  const read: Exclude<Chunk, BlockChunk>[] = [];
  const blocks: SavedBlock[] = [];
  for (const bytes of chunks) {
    const chunk = unpack(bytes);
    if (chunk.kind !== 'block') read.push(chunk);
    else blocks.push({ format: chunk.format, day: chunk.day, index: chunk.index, bytes });
  }
  const head = read.find((c) => c.kind === 'head');
  const isKnown = ({ format }: { format: number }) => format === FORMAT || format === KEYED_FORMAT;
  if (head === undefined || ![...read, ...blocks].every(isKnown))
    throw new RangeError('these chunks are no snapshot of a lane');
  const memoryOf = (side: Side, key: Token): KeyMemory => {
    const known = sides[side].get(key) ?? emptyMemory();
    sides[side].set(key, known);
    return known;
  };
  const isSame = ({ detector: { meta } }: Detectors['actor' | 'subject'][number]): boolean =>
    head.detectors[meta.id] === meta.version;
  for (const chunk of read) {
    if (chunk.kind === 'memory')
      for (const [key, memory] of chunk.keys) Object.assign(memoryOf(chunk.side, key), memory);
    if (chunk.kind === 'history') for (const [actor, own] of chunk.actors) history.set(actor, own);
    if (chunk.kind !== 'state') continue;
    const index = detectors[sideOf(chunk.side)].findIndex(
      (ready) => ready.detector.meta.id === chunk.detector && isSame(ready),
    );
    if (index < 0) continue;
    for (const [key, own] of chunk.states) memoryOf(chunk.side, key).states[index] = own;
  }
  const warmedUp = [...detectors.actor, ...detectors.subject]
    .filter((ready) => !isSame(ready))
    .map(({ detector }) => detector.meta.id);
  const { open: keyed = [], ...rest } = head.head as Head & { open?: KeyedDay[] };
  const open = keyed.length > 0 ? keyed.map(eventsOfKeyed) : openDaysOf(read, blocks);
  return { state: { ...rest, actors, subjects, history }, open, warmedUp };
}

const byDay = (a: { day: number }, b: { day: number }): number => a.day - b.day;

/** A block of which only the bytes are kept: its events are read when it is their turn. */
type SavedBlock = { format: number; day: number; index: number; bytes: Uint8Array };

function* eventsOf(
  blocks: readonly SavedBlock[],
  recent: Iterable<AuditEvent>,
): Generator<AuditEvent> {
  for (const { bytes } of blocks) {
    const chunk = unpack(bytes);
    if (chunk.kind === 'block') yield* readBlock(chunk.packed);
  }
  yield* recent;
}

function openDaysOf(
  chunks: readonly Exclude<Chunk, BlockChunk>[],
  saved: readonly SavedBlock[],
): RestoredLane['open'] {
  const blocks = groupBy(saved, (b) => b.day);
  return chunks
    .filter((c) => c.kind === 'recent')
    .map(({ day, events, keyless }) => {
      const own = (blocks.get(day) ?? []).sort((a, b) => a.index - b.index);
      return { day, events: eventsOf(own, events), keyless };
    })
    .sort(byDay);
}

/** One event stands under its official and its person: it is the same object in both places. */
const eventsOfKeyed = ({ day, byActor, bySubject, ids }: KeyedDay): RestoredDay => ({
  ...{ day, keyless: [...(ids ?? [])] },
  events: [...new Set([...byActor.values(), ...bySubject.values()].flat())],
});

const WINDOWS_PER_CHUNK = 20;

/** Calibration and what was chosen, as chunks of the same kind as those of a lane. */
export function saveWeighed({ windows, ...rest }: WeighState, choice: ChoiceState): StateChunk[] {
  const all = [...windows];
  const { settled, ...chosen } = choice;
  const chunks: Chunk[] = [{ format: FORMAT, kind: 'choice', choice: chosen }];
  for (let from = 0; from === 0 || from < all.length; from += WINDOWS_PER_CHUNK)
    chunks.push({
      format: FORMAT,
      kind: 'weigh',
      windows: all.slice(from, from + WINDOWS_PER_CHUNK),
      ...rest,
    });
  for (const portion of portions(settled))
    chunks.push({ format: FORMAT, kind: 'signals', signals: portion });
  return chunks.map(saved);
}

/** Calibration and choices out of chunks; those of lanes are passed over. */
export function restoreWeighed(chunks: readonly Uint8Array[]): {
  state: WeighState;
  choice: ChoiceState;
} {
  const state = nothingWeighed();
  const choice = noChoices();
  for (const chunk of chunks.map(unpack)) {
    if (chunk.kind === 'choice') Object.assign(choice, chunk.choice);
    if (chunk.kind === 'signals') choice.settled.push(...chunk.signals);
    if (chunk.kind !== 'weigh') continue;
    const { format: _format, kind: _kind, windows, ...rest } = chunk;
    Object.assign(state, rest);
    for (const [key, window] of windows) state.windows.set(key, window);
  }
  return { state, choice };
}
