import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats a step until `isOver`; its error ends the process. Between steps `ms` pass, or `rest` times as
 * long as the last one took, so that a step that has become long leaves the time to others.
 */
export async function every(
  ms: number,
  isOver: () => boolean,
  step: () => Promise<unknown>,
  rest = 0,
): Promise<void> {
  let tookMs = 0;
  while (!isOver()) {
    // Not held open by it: a process that stops does not wait for its next snapshot.
    await sleep(Math.max(ms, rest * tookMs), undefined, { ref: false });
    if (isOver()) return;
    const started = performance.now();
    await step();
    tookMs = performance.now() - started;
  }
}
