import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats a step until `isOver`; its error ends the process. */
export async function every(
  ms: number,
  isOver: () => boolean,
  step: () => Promise<unknown>,
): Promise<void> {
  while (!isOver()) {
    // Not held open by it: a process that stops does not wait for its next snapshot.
    await sleep(ms, undefined, { ref: false });
    if (!isOver()) await step();
  }
}
