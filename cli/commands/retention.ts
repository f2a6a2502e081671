import type { Command } from 'commander';
import { DAY_MS, toIso } from '../../domain/time.ts';
import { type ErasedEvent, releaseRows } from '../../evidence/log/erase.ts';
import { createHoldStore, type StoredHold } from '../../storage/holds.ts';
import { createRetention } from '../../storage/retention.ts';
import { createRowReader } from '../../storage/transparency-rows.ts';
import { context } from '../context.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

type Options = { data: string; config?: string; apply: boolean };

/**
 * Shows what is past its period, or with `--apply` erases it. Meant for a daily timer; what a hold keeps is
 * counted, so that the run proves both what went and what had to stay.
 */
async function retain(options: Options): Promise<void> {
  const { settings, log } = context(options);
  const workspace = await openWorkspace(options.data, settings.tenant);
  try {
    const now = Date.now();
    const before = now - settings.retention.event * DAY_MS;
    const holds = await createHoldStore(workspace.store, workspace.sealKey).inForce();
    if (options.apply) await releaseFromLog(workspace, before, holds);
    const done = await createRetention(workspace.store).events(before, holds, !options.apply);
    for (const { table, due, held } of done)
      process.stdout.write(
        `${table}: ${options.apply ? 'erased' : 'would erase'} ${due} before ${toIso(before).slice(0, 10)}; ${held} kept by ${holds.length} holds\n`,
      );
    const lines = now - settings.retention.rawLine * DAY_MS;
    if (options.apply) {
      const batches = await workspace.evidence.rawLines.expire(lines);
      process.stdout.write(
        `raw_lines: erased ${batches} batches before ${toIso(lines).slice(0, 10)}\n`,
      );
    }
    if (options.apply)
      log.info({ before: toIso(before), done, holds: holds.length }, 'retention_done');
    else process.stdout.write('nothing was changed; add --apply to erase\n');
  } finally {
    await workspace.close();
  }
}

/** The log lets go of what is due, so that erasing it cannot be taken for tampering. */
async function releaseFromLog(
  { store, evidence }: Workspace,
  before: number,
  holds: readonly StoredHold[],
): Promise<void> {
  const rows = createRowReader(store);
  const isHeld = (event: ErasedEvent): boolean =>
    holds.some(
      ({ actors, eventIds, from, to }) =>
        eventIds.includes(event.eventId) ||
        (event.actor !== null &&
          actors.includes(event.actor.token) &&
          event.occurredAt >= from &&
          event.occurredAt < to),
    );
  let released = 0;
  for (const uid of await evidence.entries.overlapping(0, before)) {
    const isDue = (event: ErasedEvent): boolean => event.occurredAt < before && !isHeld(event);
    released += (await releaseRows(evidence.entries, rows, uid, isDue)).length;
  }
  if (released > 0) await evidence.entries.forgetSalts();
}

/** `retention`: erases what is past its period, except what a hold keeps. */
export function retentionCommand(root: Command): void {
  root
    .command('retention')
    .description('shows, or with --apply erases, events past their period; holds are kept')
    .option('--data <DIR>', 'data directory', '.inzagewacht/data')
    .option('--config <FILE>', 'settings file (YAML)')
    .option('--apply', 'erase instead of only showing', false)
    .exitOverride()
    .action(retain);
}
