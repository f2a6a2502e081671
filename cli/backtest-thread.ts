// A thread that runs a backtest over the pages it is sent, so that a service goes on answering.
import { parentPort, workerData } from 'node:worker_threads';
import type { PackedReference } from '../domain/packed-reference.ts';
import type { EventPage } from '../storage/event-pages.ts';
import { type Raised, type RaiseOptions, raiseAgain } from './raise-again.ts';
import type { Settings } from './settings.ts';

export type BacktestThreadData = {
  reference: PackedReference;
  settings: Settings;
  options: Omit<RaiseOptions, 'onProgress'>;
  /** Events in all. */
  total: number;
};
/** A page, answered with null once it is under way; the end, answered with what was raised. */
export type BacktestRequest = EventPage | 'end';
export type BacktestAnswer = Raised | null;

const { reference, settings, options, total } = workerData as BacktestThreadData;
const waiting: BacktestRequest[] = [];
let wake = (): void => undefined;
parentPort?.on('message', (request: BacktestRequest) => {
  waiting.push(request);
  wake();
});
const answer = (value: BacktestAnswer): void => parentPort?.postMessage(value);

async function* pages(): AsyncGenerator<EventPage> {
  for (;;) {
    const next = waiting.shift();
    if (next === 'end') return;
    if (next === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    yield next;
    answer(null);
  }
}

answer(
  await raiseAgain({ total, pages, copy: null }, reference, settings, {
    ...options,
    // The page that asked shows how far it is.
    onProgress: () => undefined,
  }),
);
