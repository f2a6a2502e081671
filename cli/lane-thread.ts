// A thread that judges one share of officials and persons; started by `cli/judging.ts`.
import { parentPort, workerData } from 'node:worker_threads';
import { createLaneOfShare, type LaneRequest, type LaneShareData } from './lane-share.ts';

// Made by `cli/judging.ts` in this shape.
const lane = createLaneOfShare(workerData as LaneShareData);
parentPort?.on('message', (request: LaneRequest) => {
  parentPort?.postMessage(lane.answer(request));
});
