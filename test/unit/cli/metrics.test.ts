import { expect, test } from 'vitest';
import { createMetrics } from '../../../cli/metrics.ts';

test("nothing is told any more of a lane that is somebody else's, and all of the others", async () => {
  const metrics = createMetrics();
  for (const lane of ['events/0', 'events/1']) {
    metrics.waitingKeys.set({ lane }, 3);
    metrics.snapshotAgeSeconds.set({ lane }, 60);
    metrics.gapMessages.inc({ lane }, 2);
  }
  metrics.forgetLane('events/0');
  const lines = (await metrics.registry.metrics()).split('\n').filter((l) => l.includes('lane='));
  // What was lost stays lost, whoever has the lane.
  expect(lines.filter((l) => l.includes('events/0'))).toEqual([
    'inzagewacht_gap_messages_total{lane="events/0"} 2',
  ]);
  expect(lines.filter((l) => l.includes('events/1'))).toHaveLength(3);
});
