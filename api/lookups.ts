import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';

export type LookupWindow = { from: number; to: number };
/** Stored lookups, as pictures and searches ask for them. All windows are half-open epoch ms. */
export type LookupReader = {
  byIds(eventIds: readonly string[], window: LookupWindow): Promise<AuditEvent[]>;
  ofActor(actor: Token, window: LookupWindow, limit: number): Promise<AuditEvent[]>;
  ofSubject(subject: Token, window: LookupWindow, limit: number): Promise<AuditEvent[]>;
  ofObject(object: Token, window: LookupWindow, limit: number): Promise<AuditEvent[]>;
  /** Lookups and different persons per local day of these officials. */
  daily(
    actors: readonly Token[],
    window: LookupWindow,
  ): Promise<{ actor: Token; day: number; lookups: number; persons: number }[]>;
  /** Lookups per local hour of the week (0 to 167) of an official. */
  hourOfWeek(actor: Token, window: LookupWindow): Promise<number[]>;
  /** Days on which an official looked at a person. */
  pair(
    actor: Token,
    subject: Token,
    window: LookupWindow,
  ): Promise<
    { day: number; lookups: number; systems: string[]; firstAt: number; lastAt: number }[]
  >;
  /** Per official: how many of these persons, and how many persons in all. */
  shares(
    subjects: readonly Token[],
    window: LookupWindow,
  ): Promise<{ actor: Token; unit: string; seen: number; persons: number }[]>;
  countOf(actors: readonly Token[]): Promise<number>;
};
