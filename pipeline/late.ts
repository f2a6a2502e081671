import { localDay, startOfDay } from '../domain/time.ts';
import { GRACE_MS } from './live.ts';

/** A batch as it was written: its number, and its first and last event in epoch ms. */
export type Batch = { batch: number; first: number; last: number };

/**
 * Where the days stood that were closed when each batch came: of batches with events of such days, the
 * instant before which they came too late to be judged. Batches in the order of writing; others are not
 * named. What a running service did with late lines, a restart and a backtest do again.
 */
export function lateCuts(batches: Iterable<Batch>, graceMs = GRACE_MS): Map<number, number> {
  const cuts = new Map<number, number>();
  let newest = Number.NEGATIVE_INFINITY;
  for (const { batch, first, last } of batches) {
    if (Number.isFinite(newest)) {
      const open = startOfDay(localDay(newest - graceMs));
      if (first < open) cuts.set(batch, open);
    }
    newest = Math.max(newest, last);
  }
  return cuts;
}
