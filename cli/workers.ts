import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Below this a thread costs more than it brings. */
export const WORTH_WORKERS_BYTES = 33_554_432;
export const WORTH_WORKERS_EVENTS = 100_000;
const MAX_WORKERS = 8;
/**
 * Events are short-lived: a small nursery would be swept all the time. A scan of a million took 31.0, 29.1
 * and 28.1 s with 32, 64 and 128 MB, and 1,419, 1,484 and 1,739 MB at most.
 */
const YOUNG_GENERATION_MB = 64;

/** Threads to work with: INZAGEWACHT_WORKERS, else one per core when the work is worth it. */
export function workersFor(isWorthIt: boolean): number {
  const asked = Number(process.env['INZAGEWACHT_WORKERS'] ?? '');
  if (Number.isInteger(asked) && asked > 0) return Math.min(asked, MAX_WORKERS);
  return isWorthIt ? Math.min(availableParallelism(), MAX_WORKERS) : 1;
}

/** Memory of a thread at most. From 2 GB on, V8 lets a heap grow to four times what lives in it before it collects. */
export const OLD_GENERATION_MB = 1_920;
/** The same where a large register is read once. */
export const LARGE_OLD_GENERATION_MB = 4_096;

const isBuilt = import.meta.filename.endsWith('.js');
/** While developing, a thread must learn to read TypeScript first; the loader of its parent stays there. */
const FROM_SOURCE = (url: URL): string =>
  `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(url.href)}); })`;

export type Thread<Request, Answer> = {
  /** Sends a request; answers come in the order of the requests. */
  ask(request: Request, transfer?: ArrayBuffer[]): Promise<Answer>;
  /** Requests without an answer yet. */
  waiting(): number;
  close(): Promise<void>;
};

type Waiting<Answer> = { resolve(answer: Answer): void; reject(error: Error): void };
/** Starts `cli/<name>` as a thread that answers every message with one; its failure fails what waits. */
export function startThread<Request, Answer>(
  name: string,
  workerData: unknown,
  oldGenerationMb = OLD_GENERATION_MB,
): Thread<Request, Answer> {
  const limits = {
    maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    maxOldGenerationSizeMb: oldGenerationMb,
  };
  const worker = isBuilt
    ? new Worker(new URL(`./${name}.js`, import.meta.url), { workerData, resourceLimits: limits })
    : new Worker(FROM_SOURCE(new URL(`./${name}.ts`, import.meta.url)), {
        ...{ workerData, resourceLimits: limits, eval: true, execArgv: [] },
      });
  const waiting: Waiting<Answer>[] = [];
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on('message', (answer: Answer) => waiting.shift()?.resolve(answer));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`thread ${name} ended with code ${code}`)));
  return {
    ask(request, transfer = []) {
      const answer = new Promise<Answer>((resolve, reject) => {
        if (failure !== null) reject(failure);
        else waiting.push({ resolve, reject });
      });
      // Whoever awaits it gets the failure; until then it must not end the process.
      answer.catch(() => undefined);
      worker.postMessage(request, transfer);
      return answer;
    },
    waiting: () => waiting.length,
    async close() {
      await worker.terminate();
    },
  };
}
