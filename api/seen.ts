import type { AlertView, ConfidentialMarks } from '../review/alert-directory.ts';
import type { Reviewer } from '../review/reviewer.ts';
import { isInside } from './access.ts';
import type { ServerDeps } from './deps.ts';
import type { LookupReader } from './lookups.ts';

/** What is read only as far as somebody may see it. */
type Guarded = 'directory' | 'lookups' | 'openLookups';
/** The service as one caller may see it. */
export type Seen = Omit<ServerDeps, Guarded> & { directory: AlertView; lookups: LookupReader };
/**
 * The service as its routes hold it. Alerts and lookups come with each call (`seen`), so that a route
 * that shows its caller more than `seenBy` gives does not compile.
 */
export type RouteDeps = Omit<ServerDeps, Guarded> & { directory: ConfidentialMarks };

/** What a source calls confidential is there for those inside alone; for all others it does not exist. */
export function seenBy(deps: ServerDeps, { role }: Reviewer): Seen {
  if (isInside(role)) return deps;
  const { open } = deps.directory;
  // Where no source ever said so, nobody waits for it to be asked.
  const lookups = open.hasMarks() ? deps.openLookups : deps.lookups;
  return { ...deps, directory: open, lookups };
}
