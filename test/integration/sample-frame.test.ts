// The engine draws exactly what the pure function draws: a sample can be repeated by hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSamples } from '../../review/samples.ts';
import { openEmbeddedStore, type Store } from '../../storage/client.ts';
import { createSampleFrame } from '../../storage/sample-frame.ts';

const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-sample-'));
let store: Store;
const ids = Array.from({ length: 500 }, (_, i) => `e-${i}`);
const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) };

beforeAll(async () => {
  store = await openEmbeddedStore(join(dir, 'store'));
  const rows = ids.map((id, i) =>
    JSON.stringify({
      event_id: id,
      occurred_at: `2026-01-${String(1 + (i % 28)).padStart(2, '0')} 23:30:00.000`,
      system: 'brp',
      actor: 'a.1.x',
      actor_kind: 'person',
      action: 'view',
      outcome: i === 7 ? 'denied' : 'success',
      subject: 's.1.y',
      query_key: 'bsn',
      case_ref: 'o.1.z',
      is_date_only: true,
      line_sha256: '0'.repeat(32),
    }),
  );
  await store.sql(`INSERT INTO events FORMAT JSONEachRow\n${rows.join('\n')}`);
  await store.sql(
    `INSERT INTO alerts (alert_id, opened_at, score, typology, severity, rank, alert, version) SETTINGS date_time_input_format='best_effort' FORMAT JSONEachRow\n${JSON.stringify(
      {
        ...{ alert_id: 'al', opened_at: '2026-01-02T00:00:00Z', score: 1, typology: 'self' },
        ...{ severity: 'low', rank: 0, version: 1, alert: JSON.stringify({ eventIds: ['e-3'] }) },
      },
    )}`,
  );
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

test('draws what the seed says, without refused lookups and those an alert holds', async () => {
  const sizes = { seed: '2026-Q1', random: 40, weighted: 30 };
  const drawn = await createSampleFrame(store).draw(window, sizes);
  const candidates = ids
    .filter((id) => id !== 'e-3' && id !== 'e-7')
    .map((eventId) => ({ eventId, risk: 1 }));
  const { random, weighted, frame } = drawSamples(candidates, sizes);
  expect(drawn.frame).toBe(frame);
  expect(drawn.random).toEqual(random);
  // The time of these lookups is a date only and they bear a case: nothing weighs more than another.
  expect(drawn.weighted).toEqual(weighted);
});
test('draws nothing outside the period', async () => {
  const empty = await createSampleFrame(store).draw(
    { from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 1, 1) },
    { seed: 's', random: 5, weighted: 5 },
  );
  expect(empty).toEqual({ frame: 0, random: [], weighted: [] });
});
