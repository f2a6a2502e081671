import { AppError } from '../domain/errors.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { Role } from '../domain/review.ts';
import type { Token } from '../domain/token.ts';

/** Who acts: an account in one role now, and the person behind it as far as known. */
export type Reviewer = {
  accountId: string;
  name: string;
  role: Role | 'service';
  /** The person, the same for all accounts of one human being; null when unknown. */
  person: string | null;
  /** Own accounts in the logs, and own subject tokens where known. */
  actors: readonly Token[];
  persons: readonly Token[];
};

/** Whom something is about. */
export type Concerned = {
  actors: readonly Token[];
  subjects: readonly Token[];
  /** When, for ties that begin and end. */
  at: number;
};

/** Steps up a chain of managers that count; a longer one is a fault in the data. */
const CHAIN = 12;

function managersOf(actor: Token, reference: ReferenceData, at: number): Token[] {
  const chain: Token[] = [];
  let next = reference.official(actor, at)?.manager ?? null;
  while (next !== null && chain.length < CHAIN && !chain.includes(next)) {
    chain.push(next);
    next = reference.official(next, at)?.manager ?? null;
  }
  return chain;
}

/**
 * Whether this is about the reviewer, a relative, a former partner, somebody of the same address, or the
 * reviewer's own chain up or down. By tokens, so that nobody is revealed for it.
 */
export function isTied(reviewer: Reviewer, about: Concerned, reference: ReferenceData): boolean {
  const own = new Set<Token>(reviewer.actors);
  const self = new Set<Token>(reviewer.persons);
  for (const actor of own)
    for (const person of reference.official(actor, about.at)?.persons ?? []) self.add(person);
  if (about.actors.some((a) => own.has(a)) || about.subjects.some((s) => self.has(s))) return true;
  const behind = about.actors.flatMap((a) => reference.official(a, about.at)?.persons ?? []);
  if (behind.some((p) => self.has(p))) return true;
  for (const actor of own) {
    const tied = [...about.subjects, ...behind].some((person) =>
      reference.ties(actor, person, about.at).some((tie) => tie.kind !== 'neighbour'),
    );
    if (tied) return true;
    const above = managersOf(actor, reference, about.at);
    if (about.actors.some((a) => above.includes(a))) return true;
  }
  return about.actors.some((a) =>
    managersOf(a, reference, about.at).some((manager) => own.has(manager)),
  );
}

/** Nobody handles what concerns themselves. Throws ERR_REVIEW_CONFLICT_OF_INTEREST. */
export function assertNotTied(
  reviewer: Reviewer,
  about: Concerned,
  reference: ReferenceData,
): void {
  if (isTied(reviewer, about, reference))
    throw new AppError(
      'ERR_REVIEW_CONFLICT_OF_INTEREST',
      'This has been given to somebody else to handle.',
    );
}

/**
 * Two pairs of eyes are two persons: a second account, session or role of the first is none, and an
 * account without a known person is none either.
 */
export function assertSecondPerson(
  second: Reviewer,
  first: { person: string | null; role?: string },
  needsOtherRole = false,
): void {
  if (second.person === null || first.person === null)
    throw new AppError(
      'ERR_REVIEW_PERSON_UNKNOWN',
      'It is not known which person this account belongs to, so it cannot be the second one.',
    );
  if (second.person === first.person)
    throw new AppError('ERR_REVIEW_SAME_PERSON', 'The second person must be somebody else.');
  if (needsOtherRole && second.role === first.role)
    throw new AppError('ERR_REVIEW_SAME_ROLE', 'The second person must have another role.');
}
