// Signals on their way from the threads that judge to the one that weighs: what decides whether a signal is
// kept as numbers, the rest as text until then. Four of five scores are dropped, with four fifths of all event
// ids.
import type { RawSignal, Signal } from './signal.ts';

/** What weighing asks of every signal. */
export type Weighable = Pick<RawSignal, 'kind' | 'detector' | 'role' | 'p' | 'actor' | 'key'> & {
  observed?: number | undefined;
};
export type PackedSignals = {
  /** Texts that are new since the last call of the same packer; their ids count on. */
  texts: string[];
  /** Of each signal the ids of kind, detector, role, official and key. */
  ids: Int32Array;
  /** Of each signal p and what was observed; NaN: nothing said. */
  numbers: Float64Array;
  /** All signals as JSON, `PORTION` of them in a text, and where each ends in its own. */
  json: string[];
  ends: Uint32Array;
};
/** A signal with the rest of it still packed. */
export type SealedSignal = Weighable & { json: string; from: number; to: number };

const IDS = 5;
const NUMBERS = 2;
const NONE = -1;
/** A day may have millions of signals: as one text they would be longer than a text can be. */
const PORTION = 4_096;

/** Packs signals of one thread for `createSignalReader` in another. */
export function createSignalPacker(): (signals: readonly RawSignal[]) => PackedSignals {
  const known = new Map<string, number>();
  return (signals) => {
    const texts: string[] = [];
    const idOf = (text: string): number => {
      const id = known.get(text) ?? known.size;
      if (id === known.size) {
        known.set(text, id);
        texts.push(text);
      }
      return id;
    };
    const ids = new Int32Array(IDS * signals.length);
    const numbers = new Float64Array(NUMBERS * signals.length);
    const ends = new Uint32Array(signals.length);
    const json: string[] = [];
    let portion = '';
    for (const [i, signal] of signals.entries()) {
      const { kind, detector, role, actor, key, p, observed } = signal;
      const of = [kind, detector, role, actor, key];
      ids.set(
        of.map((text) => (text === null ? NONE : idOf(text))),
        IDS * i,
      );
      numbers[NUMBERS * i] = p;
      numbers[NUMBERS * i + 1] = observed ?? Number.NaN;
      portion += JSON.stringify(signal);
      ends[i] = portion.length;
      if (i % PORTION < PORTION - 1 && i < signals.length - 1) continue;
      json.push(portion);
      portion = '';
    }
    return { texts, ids, numbers, json, ends };
  };
}

/**
 * Reads what packers gave, each under a number of its own. Equal texts become one string: the same officials,
 * persons and words stand in most signals.
 */
export function createSignalReader() {
  const shared = new Map<string, string>();
  const textsOf = new Map<number, string[]>();

  function one<T extends string | null>(text: T): T {
    if (text === null) return text;
    const known = shared.get(text) as T | undefined;
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  }

  return {
    /** Signals of a packer, in the order in which it gave them. */
    read(
      packer: number,
      { texts: fresh, ids, numbers, json, ends }: PackedSignals,
    ): SealedSignal[] {
      const texts = textsOf.get(packer) ?? [];
      textsOf.set(packer, texts);
      for (const text of fresh) texts.push(one(text));
      const text = <T extends string>(at: number): T => texts[ids[at] ?? NONE] as T;
      return Array.from(ends, (to, i): SealedSignal => {
        const id = IDS * i;
        const observed = numbers[NUMBERS * i + 1] ?? Number.NaN;
        return {
          kind: text<RawSignal['kind']>(id),
          detector: text(id + 1),
          role: text(id + 2),
          actor: ids[id + 3] === NONE ? null : text<RawSignal['key']>(id + 3),
          key: text<RawSignal['key']>(id + 4),
          p: numbers[NUMBERS * i] ?? 1,
          observed: Number.isNaN(observed) ? undefined : observed,
          json: json[Math.floor(i / PORTION)] ?? '',
          from: i % PORTION === 0 ? 0 : (ends[i - 1] ?? 0),
          to,
        };
      });
    },
    /** All of a signal but what only weighing needs. */
    whole({ kind, detector, actor, p, json, from, to }: SealedSignal): Signal {
      // Written by a packer.
      const signal = JSON.parse(json.slice(from, to)) as RawSignal;
      return {
        typology: one(signal.typology),
        kind,
        p,
        floor: one(signal.floor),
        subject: one(signal.subject),
        reasons: signal.reasons.map((reason) => ({
          ...reason,
          detector: one(reason.detector),
          code: one(reason.code),
          unit: one(reason.unit),
          comparedWith: one(reason.comparedWith),
        })),
        eventIds: signal.eventIds,
        verdict: one(signal.verdict),
        ...(signal.observed !== undefined && { observed: signal.observed }),
        detector,
        version: signal.version,
        actor,
        day: signal.day,
        firstEventAt: signal.firstEventAt,
        lastEventAt: signal.lastEventAt,
        subjects: signal.subjects.map(one),
      };
    },
  };
}
