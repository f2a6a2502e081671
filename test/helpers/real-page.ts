import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DAY_MS, isoDay, localDay } from '../../domain/time.ts';
import { simulate } from '../../simulation/simulate.ts';
import { aWorkplace } from './cli.ts';

const ROOT = join(import.meta.dirname, '../..');
/** How another town differs from the usual one. */
export type Different = {
  /** More settings, as YAML. */
  settings?: string;
  /** Lines that stand before those of the town, about the person who was looked up most often. */
  linesAbout?(resident: string, firstDay: string): string[];
};
const TOWN = { officials: 150, citizens: 8_000, days: 21, seed: 3, misuse: 'standard' as const };
/** Many more alerts than anybody would ask for: there must be work for every job. */
const SETTINGS = 'budget: 400\nlogLevel: error\napi:\n  perMinute: 0\n';
const PATIENCE_MS = 300_000;
const RUNNING = /running: (http:\S+)/;
/** Three lines of progress in a row with the same events and alerts: all was read and judged. */
const ALL_READ =
  /\n([1-9]\d*) events.* (\d+) alerts\n\1 events.* \2 alerts\n\1 events.* \2 alerts\n/;

export type RealPage = {
  address: string;
  /** By sign-in name, as printed on the first start. */
  passwords: ReadonlyMap<string, string>;
  /** A citizen service number that was looked up most often. */
  resident: string;
  /** Account names of officials in the logs. */
  actorIds: ReadonlySet<string>;
  /** Lets so many ms pass for the whole process. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
};

/** The program with a simulated town: real reading, detection, embedded store, service and page. */
export async function aRealPage(different: Different = {}): Promise<RealPage> {
  const place = aWorkplace();
  const town = join(place.dir, 'town');
  const startDate = isoDay(localDay(Date.now()) - TOWN.days);
  await simulate({ ...TOWN, out: town, startDate });
  const config = join(place.dir, 'settings.yaml');
  writeFileSync(config, SETTINGS + (different.settings ?? ''));
  const events = join(town, 'events.ndjson');
  const people = peopleOf(events);
  const lines = different.linesAbout?.(people.resident, startDate) ?? [];
  if (lines.length > 0)
    writeFileSync(events, `${lines.join('\n')}\n${readFileSync(events, 'utf8')}`);
  const args = ['--config', config, '--data', join(place.dir, 'data'), '--port', '0'];
  const child = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', join(ROOT, 'test/helpers/serve-in-time.ts'), 'serve', ...args],
      ...['--events', events, '--reference', join(town, 'reference')],
    ],
    {
      cwd: ROOT,
      env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: place.keyFile },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let said = '';
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const stop = async (): Promise<void> => {
    const ended = child.exitCode === null ? once(child, 'close') : Promise.resolve();
    child.kill('SIGTERM');
    await ended;
    place.remove();
  };
  let address = '';
  try {
    address = (await heard(child, () => said, RUNNING))[1] ?? '';
    await heard(child, () => said, ALL_READ);
  } catch (error) {
    await stop();
    throw error;
  }
  const passwords = [...said.matchAll(/sign in as (\S+)\s+password (\S+)/g)];
  return {
    ...{ address, ...people },
    passwords: new Map(passwords.map(([, login = '', password = '']) => [login, password])),
    async pass(ms) {
      child.send(ms);
      await once(child, 'message');
    },
    stop,
  };
}

async function heard(child: ChildProcess, said: () => string, what: RegExp) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = what.exec(said());
    if (found !== null) return found;
    if (child.exitCode !== null || performance.now() > until)
      throw new Error(`the program never said ${what}: ${said().slice(-2_000)}`);
    await setTimeout(100);
  }
}

type Line = {
  actor: { id: string } | null;
  subject: { scheme: string; id: string } | null;
};
function peopleOf(events: string): Pick<RealPage, 'resident' | 'actorIds'> {
  const times = new Map<string, number>();
  const actorIds = new Set<string>();
  for (const text of readFileSync(events, 'utf8').trimEnd().split('\n')) {
    // Written by the simulation in this shape.
    const { actor, subject } = JSON.parse(text) as Line;
    if (actor !== null) actorIds.add(actor.id);
    if (subject?.scheme === 'bsn') times.set(subject.id, (times.get(subject.id) ?? 0) + 1);
  }
  const [resident] = [...times].sort((a, b) => b[1] - a[1])[0] ?? [''];
  return { resident, actorIds };
}
export const WEEK_AND_A_DAY = 8 * DAY_MS;
