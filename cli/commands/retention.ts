import type { Command } from 'commander';
import { toIso } from '../../domain/time.ts';
import { createAlertDirectory } from '../../review/alert-directory.ts';
import { openJournal } from '../../review/journal.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { createConfidentialStore } from '../../storage/confidential.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { context } from '../context.ts';
import { runRetention } from '../retention-run.ts';
import { openServerWorkspace } from '../server-workspace.ts';
import { openWorkspace } from '../workspace.ts';

type Options = { data?: string; config?: string; apply: boolean };

/**
 * Shows what is past its period, or with `--apply` erases it. What a hold keeps is counted, so that the run
 * proves both what went and what had to stay. `serve` does the same every day where the settings say so.
 */
async function retain(options: Options): Promise<void> {
  const { settings, log } = context(options);
  const { tenant } = settings;
  const isOnServer = options.data === undefined && settings.clickhouse !== undefined;
  const workspace = isOnServer
    ? await openServerWorkspace(settings, log)
    : await openWorkspace(options.data ?? '.inzagewacht/data', tenant);
  try {
    const journal = await openJournal(createJournalStore(workspace.reviewStore, tenant), {
      tenant,
    });
    const directory = createAlertDirectory(
      createAlertStore(workspace.reviewStore),
      createConfidentialStore(workspace.reviewStore),
    );
    const run = await runRetention({
      ...{ workspace, journal, directory, settings, now: Date.now(), isDry: !options.apply },
    });
    for (const { kind, state, before, due, erased, held } of run.kinds)
      process.stdout.write(
        `${kind}${state === '' ? '' : ` (${state})`}: ${options.apply ? `erased ${erased}` : `would erase ${due}`}${before === null ? '' : ` before ${toIso(before).slice(0, 10)}`}; ${held} kept by ${run.holds} holds\n`,
      );
    if (options.apply) log.info({ runId: run.runId, logUid: run.logUid }, 'retention_done');
    else process.stdout.write('nothing was changed; add --apply to erase\n');
  } finally {
    await workspace.close();
  }
}

/** `retention`: erases what is past its period, except what a hold keeps. */
export function retentionCommand(root: Command): void {
  root
    .command('retention')
    .description('shows, or with --apply erases, what is past its period; holds are kept')
    .option('--data <DIR>', 'data directory; the ClickHouse server of the settings when left out')
    .option('--config <FILE>', 'settings file (YAML)')
    .option('--apply', 'erase instead of only showing', false)
    .exitOverride()
    .action(retain);
}
