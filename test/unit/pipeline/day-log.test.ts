import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSpillFile } from '../../../cli/spill-file.ts';
import type { AuditEvent } from '../../../domain/event.ts';
import type { PackedBlock } from '../../../domain/packed-events.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { BLOCK_ROWS, createDayLog } from '../../../pipeline/day-log.ts';
import { packBlock } from '../../../pipeline/snapshot.ts';
import type { Spill } from '../../../pipeline/spill.ts';
import { anyEvent } from '../../helpers/any-event.ts';
import { aLane, allOf, anEvent, EVENTS, WHOLE } from '../../helpers/lanes.ts';
import { token } from '../../helpers/lookups.ts';
import { aSpill } from '../../helpers/spill.ts';

const toBytes = (packed: PackedBlock, index: number) => packBlock(1, index, packed);
const aLog = (blockRows: number | null, spill: Spill | null) =>
  createDayLog({ blockRows, spill, toBytes });
const all = (log: ReturnType<typeof aLog>, events: readonly AuditEvent[]): AuditEvent[] =>
  events.map((_, place) => log.at(place));

describe('the log of a day in a file', () => {
  test('gives every event as it came, and saves what one in memory does', () => {
    const { spill, failures } = aSpill();
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 30 }),
        fc.constantFrom(1, 4, 7),
        (events, blockRows) => {
          const [inFile, inMemory] = [aLog(blockRows, spill), aLog(blockRows, null)];
          for (const event of events) expect(inFile.add(event)).toBe(inMemory.add(event));
          expect(all(inFile, events)).toEqual(events);
          expect(inFile.recent()).toEqual(inMemory.recent());
          const bytes = (log: typeof inFile) => log.blocks().map((b) => b.chunk().bytes());
          expect(bytes(inFile)).toEqual(bytes(inMemory));
          // Saving takes nothing away.
          expect(all(inFile, events)).toEqual(events);
          inFile.close();
        },
      ),
    );
    expect(failures).toEqual([]);
  });

  test('keeps in memory what a full disk does not take, and tries again', () => {
    const events = Array.from({ length: 40 }, (_, n) => anEvent(n));
    for (const room of [0, 1_000, 3_000, 5_000]) {
      const { spill, failures, bytes } = aSpill(room);
      const [log, whole] = [aLog(4, spill), aLog(4, null)];
      for (const event of events) {
        log.add(event);
        whole.add(event);
      }
      const states = [log, whole].map((l) => l.blocks().map((b) => b.chunk().bytes()));
      expect(states[0]).toEqual(states[1]);
      expect(all(log, events)).toEqual(events);
      expect(failures.length).toBeGreaterThan(0);
      expect(bytes()).toBeLessThanOrEqual(room);
      log.close();
    }
  });

  test('stays in memory where no file can be made', () => {
    const causes: unknown[] = [];
    const log = aLog(4, {
      open: () => openSpillFile('no/such/folder'),
      failed: (cause) => void causes.push(cause),
    });
    const events = Array.from({ length: 10 }, (_, n) => anEvent(n));
    for (const event of events) log.add(event);
    expect(all(log, events)).toEqual(events);
    expect(causes[0]).toMatchObject({ code: 'ENOENT' });
  });

  test('is read by nobody else, has no name, and ends with its day', () => {
    const { spill, dir, open } = aSpill();
    const log = aLog(2, spill);
    for (let n = 0; n < 4; n++) log.add(anEvent(n));
    const [chunk] = log.blocks().map((block) => block.chunk());
    expect(inflateRawSync(chunk?.bytes() ?? Buffer.alloc(0)).length).toBeGreaterThan(100);
    expect([open(), readdirSync(dir)]).toEqual([1, []]);
    log.close();
    expect(open()).toBe(0);
    // Neither of them can be had from a file that is closed.
    expect(chunk?.bytes()).toBeNull();
    expect(() => log.at(0)).toThrow('have gone');
  });

  test('takes a few bytes of memory for an event', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = async (): Promise<number> => {
      // What was let go outside the heap is counted until its sweep is over.
      for (let n = 0; n < 3; n++) {
        collect();
        await setTimeout(50);
      }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const { spill, bytes } = aSpill();
    const log = aLog(BLOCK_ROWS, spill);
    const COUNT = 300_000;
    const anyone = (n: number): AuditEvent =>
      anEvent(n % 7, { eventId: `event-${n}`, subject: token(`somebody-${n}`) });
    for (let n = 0; n < BLOCK_ROWS; n++) log.add(anyone(n));
    const before = await used();
    for (let n = BLOCK_ROWS; n < COUNT; n++) log.add(anyone(n));
    expect(((await used()) - before) / (COUNT - BLOCK_ROWS)).toBeLessThan(16);
    expect(bytes() / COUNT).toBeGreaterThan(100);
    expect(log.at(COUNT - 1)).toEqual(anyone(COUNT - 1));
    expect(log.at(BLOCK_ROWS + 1)).toEqual(anyone(BLOCK_ROWS + 1));
    log.close();
  }, 60_000);
});

describe('a lane with files', () => {
  test('says what one without says, whatever the room on the disk', () => {
    for (const room of [Number.POSITIVE_INFINITY, 2_000]) {
      const { spill, open } = aSpill(room);
      const options = { blockRows: 4, dropsDuplicates: true, graceMs: DAY_MS / 2, spill };
      const lane = aLane(options);
      for (const [n, event] of EVENTS.entries()) {
        lane.observe(event);
        lane.judgeOpen();
        if (n % 50 === 0) lane.save();
      }
      expect(open()).toBeGreaterThan(0);
      lane.closeAll();
      expect(allOf(lane.takeClosed())).toEqual(WHOLE);
      lane.save();
      // What is known of keys is saved there; the days are over.
      expect(open()).toBe(1);
      lane.release();
      expect(open()).toBe(0);
    }
  });
});
