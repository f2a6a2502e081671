import { fingerprintOf } from './fingerprint.ts';
import type { StoredEntry } from './journal.ts';
import type { Anchor, LogRow } from './review-log.ts';

export type ChainFault = {
  chain: string;
  sequence: number;
  reason: 'changed' | 'missing' | 'broken-link' | 'cut-off';
};
type Head = { chain: string; sequence: number; fingerprint: string };
type Row = { tenant: string; chain: string; sequence: number; fingerprint: string; entry: string };

/** The fields of a stored entry, or null when its text is no JSON any more. */
function read(entry: string): Record<string, unknown> | null {
  try {
    return JSON.parse(entry) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

function* chainsOf<R extends Row>(rows: readonly R[]): Generator<R[]> {
  const chains = new Map<string, R[]>();
  for (const row of rows) {
    const key = `${row.tenant}\0${row.chain}`;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [row]);
    else chain.push(row);
  }
  for (const chain of chains.values()) yield chain.sort((a, b) => a.sequence - b.sequence);
}

/** Faults within one chain: text that does not fit its fingerprint, numbers left out, links that break. */
function within<R extends Row>(
  chain: R[],
  erased: Head | undefined,
  isOwn: (row: R, entry: Record<string, unknown>) => boolean,
  linkOf: (entry: Record<string, unknown>) => string | null,
): ChainFault[] {
  const faults: ChainFault[] = [];
  // What retention erased from the front of a chain, the rest still links to.
  let previous: Pick<R, 'sequence' | 'fingerprint'> | null = erased ?? null;
  for (const row of chain) {
    const { chain: name, sequence } = row;
    const entry = read(row.entry);
    if (entry === null || fingerprintOf(row.entry) !== row.fingerprint || !isOwn(row, entry))
      faults.push({ chain: name, sequence, reason: 'changed' });
    else if (sequence !== (previous?.sequence ?? 0) + 1)
      faults.push({ chain: name, sequence, reason: 'missing' });
    else if (linkOf(entry) !== (previous?.fingerprint ?? null))
      faults.push({ chain: name, sequence, reason: 'broken-link' });
    previous = row;
  }
  return faults;
}

/**
 * Recomputes every chain of histories and of the review log. An end that was cut off shows because the
 * log names the steps that were written, and each chain of the log the one before it. `erased` are the ends
 * of what retention took away, as the transparency log has them.
 */
export function verifyChains(
  events: readonly (StoredEntry & { tenant: string })[],
  log: readonly (LogRow & { tenant: string })[],
  erased: readonly Head[] = [],
): { entries: number; chains: number; faults: ChainFault[] } {
  const faults: ChainFault[] = [];
  let chains = 0;
  const gone = new Map<string, Head>();
  for (const end of erased)
    if ((gone.get(end.chain)?.sequence ?? 0) < end.sequence) gone.set(end.chain, end);
  for (const chain of chainsOf(events)) {
    chains += 1;
    faults.push(
      ...within(
        chain,
        gone.get(chain[0]?.chain ?? ''),
        (row, e) =>
          e['chainUid'] === row.chain &&
          e['sequence'] === row.sequence &&
          e['authorityUid'] === row.tenant,
        (e) => (e['prevEvent'] as { fingerprint: string } | null)?.fingerprint ?? null,
      ),
    );
  }
  for (const chain of chainsOf(log)) {
    chains += 1;
    faults.push(
      ...within(
        chain,
        gone.get(chain[0]?.chain ?? ''),
        (row, e) =>
          e['chain'] === row.chain &&
          e['sequence'] === row.sequence &&
          e['at'] === row.at &&
          (e['accountId'] ?? '') === row.account &&
          e['operation'] === row.operation,
        (e) => (e['previous'] as string | null) ?? null,
      ),
    );
  }
  faults.push(...cutOff(events, log, gone));
  return { entries: events.length + log.length, chains, faults };
}

function cutOff(
  events: readonly (StoredEntry & { tenant: string })[],
  log: readonly (LogRow & { tenant: string })[],
  gone: ReadonlyMap<string, Head>,
): ChainFault[] {
  const keyOf = (tenant: string, { chain, sequence, fingerprint }: Head): string =>
    `${tenant}\0${chain}\0${sequence}\0${fingerprint}`;
  const steps = new Set(events.map((row) => keyOf(row.tenant, row)));
  const entries = new Set(log.map((row) => keyOf(row.tenant, row)));
  const faults: ChainFault[] = [];
  const miss = ({ chain, sequence }: Head): void => {
    if (sequence <= (gone.get(chain)?.sequence ?? 0)) return;
    if (!faults.some((f) => f.chain === chain && f.sequence === sequence))
      faults.push({ chain, sequence, reason: 'cut-off' });
  };
  for (const row of log) {
    const entry = read(row.entry);
    const after = (entry?.['after'] ?? null) as Head | null;
    if (after !== null && !entries.has(keyOf(row.tenant, after))) miss(after);
    for (const anchor of (entry?.['anchors'] ?? []) as Anchor[])
      if (!steps.has(keyOf(row.tenant, anchor))) miss(anchor);
  }
  return faults;
}
