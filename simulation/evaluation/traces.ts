// Bed A: real permit work as background, read once; nothing of it is written anywhere.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { localDay } from '../../domain/time.ts';

export const PERMIT_SETS = ['bpic15-1', 'bpic15-2', 'bpic15-3'] as const;
export const ALL_SETS = [...PERMIT_SETS, 'receipt'] as const;

export type Trace = { actor: string; subject: string; at: number; day: number };

const fileOf = (set: string): string =>
  join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'data', set, 'events.ndjson.gz');

/** Whether this set is on the machine: the logs may not be shipped with the product. */
export const hasTraces = (set: string): boolean => existsSync(fileOf(set));

/** Who touched which case when, in the order of the log. */
export function readTraces(set: string): Trace[] {
  const lines = gunzipSync(readFileSync(fileOf(set)))
    .toString()
    .split('\n');
  return lines.flatMap((line) => {
    if (line === '') return [];
    const event = JSON.parse(line);
    const actor: string | undefined = event.actor?.id;
    const subject: string | undefined = event.subject?.id;
    if (actor === undefined || subject === undefined) return [];
    const at = Date.parse(event.occurredAt);
    return [{ actor, subject, at, day: localDay(at) }];
  });
}

/** mulberry32: small, seeded, good enough to draw days and persons. */
export function mulberry(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
