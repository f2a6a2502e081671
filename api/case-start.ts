import { AppError } from '../domain/errors.ts';
import type { Token } from '../domain/token.ts';
import type { Link } from '../review/case.ts';
import type { Regime } from '../review/regime.ts';
import type { Reviewer } from '../review/reviewer.ts';
import { ownSearch } from '../review/search.ts';
import { lookupsOf } from './lookups.ts';
import { readUnder } from './regimes.ts';
import type { Seen } from './seen.ts';

const MAX_LOOKUPS = 1_000;

/**
 * What a case begins with when it begins with a search: the lookups of the officials named among what the
 * search found; of all of them when none is named. Null without a search.
 */
export async function startOf(
  deps: Seen,
  by: Reviewer,
  { searchId, actors: named }: { searchId?: string | undefined; actors: readonly string[] },
): Promise<{ link: Link; regime: Regime } | null> {
  if (searchId === undefined) return null;
  const { tokens, from, to, regime } = ownSearch(deps.journal, by, searchId);
  const found = [];
  for (const token of tokens)
    found.push(
      ...(await readUnder(deps, regime, (systems) =>
        lookupsOf(deps.lookups, token, { from, to }, MAX_LOOKUPS, systems),
      )),
    );
  const lookups = found.filter(
    ({ actor }) => actor !== null && (named.length === 0 || named.includes(actor)),
  );
  const actors = [...new Set(lookups.flatMap(({ actor }) => actor ?? []))].sort();
  if (lookups.length === 0 || named.some((name) => !actors.includes(name as Token)))
    throw new AppError('ERR_REVIEW_REFUSED', 'The search found no lookups of these officials.');
  const times = lookups.map((l) => l.occurredAt);
  const link: Link = {
    ...{ alertId: searchId, actors },
    subjects: tokens.filter((t) => t.startsWith('s.')),
    search: {
      eventIds: [...new Set(lookups.map((l) => l.eventId))].sort(),
      ...{ from: Math.min(...times), to: Math.max(...times) + 1 },
    },
  };
  return { link, regime };
}
