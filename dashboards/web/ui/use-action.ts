import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useFresh } from '../shell/fresh.tsx';

export type Action = {
  isBusy: boolean;
  problem: unknown;
  /** Does a step and fetches anew what it touched; true when it went through. */
  run: (step: () => Promise<unknown>) => Promise<boolean>;
};

/**
 * One step that changes something: busy while it runs, its problem kept until the next try.
 * `touches` are the query keys that go stale; `isFresh` asks for a recent sign-in first.
 */
export function useAction(touches: readonly string[], options: { isFresh?: boolean } = {}): Action {
  const queries = useQueryClient();
  const ensureFresh = useFresh();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const run = async (step: () => Promise<unknown>): Promise<boolean> => {
    if (options.isFresh === true && !(await ensureFresh())) return false;
    setBusy(true);
    setProblem(null);
    try {
      await step();
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    } finally {
      await Promise.all(touches.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      setBusy(false);
    }
  };
  return { isBusy, problem, run };
}
