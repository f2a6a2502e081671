// A thread that judges one share of officials and persons; started by `cli/judging.ts`.
import { parentPort, workerData } from 'node:worker_threads';
import { createSignalPacker, type PackedSignals } from '../domain/packed-signals.ts';
import type { ClosedDay } from '../pipeline/lane.ts';
import {
  createLaneOfShare,
  type LaneAnswer,
  type LaneRequest,
  type LaneShareData,
} from './lane-share.ts';

/** The answer of a lane, the signals of its closed days packed. */
export type ThreadAnswer = Omit<LaneAnswer, 'closed'> & {
  closed: (Omit<ClosedDay, 'signals'> & { signals: PackedSignals })[];
};

// Made by `cli/judging.ts` in this shape.
const lane = createLaneOfShare(workerData as LaneShareData);
const pack = createSignalPacker();
parentPort?.on('message', (request: LaneRequest) => {
  const { closed, ...rest } = lane.answer(request);
  const answer: ThreadAnswer = {
    ...rest,
    closed: closed.map((day) => ({ ...day, signals: pack(day.signals) })),
  };
  parentPort?.postMessage(
    answer,
    answer.closed.flatMap(({ signals: { ids, numbers, ends } }) => [
      ...[ids.buffer, numbers.buffer, ends.buffer],
    ]) as ArrayBuffer[],
  );
});
