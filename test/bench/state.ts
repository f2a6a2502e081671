// How long a lane needs to take up a million (official, person) pairs from its snapshot. Run by
// `npm run bench -- state`; prints one line of JSON at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DETECTORS } from '../../detectors/registry.ts';
import { totalBytes } from '../../domain/state-chunk.ts';
import { DAY_MS } from '../../domain/time.ts';
import { createLane } from '../../pipeline/lane.ts';
import { openEmbeddedStore } from '../../storage/client.ts';
import { createSnapshotStore } from '../../storage/snapshots.ts';
import { anAuditEvent } from '../helpers/events.ts';
import { aReference, token } from '../helpers/lookups.ts';

const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 1_000_000);
const OFFICIALS = 20_000;
const START = Date.UTC(2026, 0, 5, 9);
const perOfficial = Math.ceil(PAIRS / OFFICIALS);
const DAYS = 25;

const options = { reference: aReference({}), detectors: DETECTORS, graceMs: DAY_MS };
const full = createLane(options);
let made = 0;
for (let day = 0; day < DAYS; day++) {
  for (let official = 0; official < OFFICIALS; official++)
    for (let n = day; n < perOfficial; n += DAYS) {
      made++;
      full.observe(
        anAuditEvent({
          eventId: `e${made}`,
          occurredAt: START + day * DAY_MS + (made % 25_000) * 1_000,
          actor: { token: token(`a.1.${official}`), kind: 'person', unit: 'desk' },
          subject: token(`s.1.${(official * perOfficial + n) % 500_000}`),
        }),
      );
    }
  full.takeClosed();
}
const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-state-'));
const store = await openEmbeddedStore(join(dir, 'store'));
const snapshots = createSnapshotStore(store);
const savedFrom = performance.now();
const chunks = full.save();
const madeAt = performance.now();
await snapshots.save('events/0', String(made), chunks, Date.now());
const savedAt = performance.now();

const restoredFrom = performance.now();
const processorFrom = process.cpuUsage();
const lane = createLane(options);
const saved = await snapshots.newest('events/0');
lane.restore(saved?.chunks ?? []);
lane.observe(anAuditEvent({ eventId: 'first', occurredAt: START + DAYS * DAY_MS }));
const seconds = (performance.now() - restoredFrom) / 1000;
const { user, system } = process.cpuUsage(processorFrom);
await store.close();
rmSync(dir, { recursive: true });
const bytes = totalBytes(chunks);
const result = {
  ...{ pairs: made, restartSeconds: Number(seconds.toFixed(2)) },
  // Says more than the time on a machine that others use as well.
  restartProcessorSeconds: Number(((user + system) / 1e6).toFixed(2)),
  snapshotMb: Math.round(bytes / 1e6),
  makeSeconds: Number(((madeAt - savedFrom) / 1000).toFixed(2)),
  storeSeconds: Number(((savedAt - madeAt) / 1000).toFixed(2)),
  peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
