import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assignAlert, triageAlert, triageMany } from '../data/alerts.ts';
import type { Session } from '../data/shapes.ts';
import type { Outcome } from './triage-dialog.tsx';

export type Target = { alertId: string; sequence: number };
export type Triage = {
  isBusy: boolean;
  problem: unknown;
  /** What was done last, for the live region; null before anything was. */
  said: string | null;
  assign: (targets: readonly Target[]) => Promise<boolean>;
  decide: (targets: readonly Target[], outcome: Outcome, reason: string) => Promise<boolean>;
};

/**
 * Assigns and decides one or several alerts. Each is a change of its own, so that one refusal (a colleague
 * was first, or it concerns the reviewer) does not undo the others; the reader hears how many went through.
 */
export function useTriage(session: Session): Triage {
  const { t } = useTranslation('alerts');
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [said, setSaid] = useState<string | null>(null);

  /** `change` tells how many went through. */
  const run = async (count: number, change: () => Promise<number>): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      const done = await change();
      const failed = count - done;
      setSaid(
        [
          ...(done > 0 ? [t('bulk.done', { count: done })] : []),
          ...(failed > 0 ? [t('bulk.failed', { count: failed })] : []),
        ].join(' '),
      );
      return done > 0;
    } catch (error) {
      setProblem(error);
      return false;
    } finally {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['alerts'] }),
        queries.invalidateQueries({ queryKey: ['alert'] }),
      ]);
      setBusy(false);
    }
  };
  return {
    isBusy,
    problem,
    said,
    assign: (targets) =>
      run(targets.length, async () => {
        const [only] = targets;
        if (targets.length === 1 && only !== undefined) {
          await assignAlert(only, session.accountId);
          return 1;
        }
        const answers = await Promise.allSettled(
          targets.map((target) => assignAlert(target, session.accountId)),
        );
        return answers.filter((answer) => answer.status === 'fulfilled').length;
      }),
    decide: (targets, outcome, reason) =>
      run(targets.length, async () => {
        const [only] = targets;
        if (targets.length === 1 && only !== undefined) {
          await triageAlert(only, outcome, reason);
          return 1;
        }
        return triageMany(targets, outcome, reason);
      }),
  };
}
