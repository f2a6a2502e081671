import { z } from 'zod';
import { Instant, Texts } from './shapes.ts';

/** A local day (Europe/Amsterdam), `YYYY-MM-DD`. */
export const Day = z.iso.date();
const Band = z.object({ low: z.number(), median: z.number(), high: z.number() }).nullable();

/** Lookups per day of the official of an alert, with own baseline and that of the unit. */
export const DailyCounts = z
  .object({
    days: z.array(
      z.object({
        day: Day,
        lookups: z.int(),
        persons: z.int(),
        /** 10th, 50th, 90th percentile of own days with work in the 28 days before; null when under 5. */
        own: Band,
        /** The same over colleagues of the unit on that day; null when fewer than 5 worked. */
        peers: Band,
        isInAlert: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'DailyCounts' });

/** Lookups per hour of the week: Monday 00:00 is 0, Sunday 23:00 is 167, local time. */
export const HourOfWeek = z
  .object({ usual: z.array(z.int()).length(168), alert: z.array(z.int()).length(168) })
  .meta({ id: 'HourOfWeek' });

/** The relation behind an alert as kinds and degree, never who stands in between. */
export const KinPath = z
  .object({
    subjectNumber: z.int(),
    kind: z.string(),
    degree: z.int(),
    path: Texts,
    /** Kinds of the steps, in order, e.g. ["sibling", "former-partner"]; empty when not known. */
    steps: z.array(Texts),
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'KinPath' });

/** Who looked at a person, over time: officials numbered in order of appearance. */
export const SubjectTimeline = z
  .object({
    subjectNumber: z.int(),
    lookups: z.array(
      z.object({
        occurredAt: Instant,
        officialNumber: z.int(),
        unit: z.string(),
        system: z.string(),
        isOfAlert: z.boolean(),
        hasCaseRef: z.boolean(),
      }),
    ),
    officials: z.int(),
    isCut: z.boolean(),
  })
  .meta({ id: 'SubjectTimeline' });

/** How often this official looked at this person, by day. */
export const PairHistory = z
  .object({
    subjectNumber: z.int(),
    days: z.array(z.object({ day: Day, lookups: z.int(), systems: z.array(z.string()) })),
    firstAt: Instant.nullable(),
    lastAt: Instant.nullable(),
    total: z.int(),
  })
  .meta({ id: 'PairHistory' });

/** Everything that an alert is drawn with; subjects are numbered as in `subjects` of the alert, from 1. */
export const Pictures = z
  .object({
    alertId: z.string(),
    daily: DailyCounts.nullable(),
    hours: HourOfWeek.nullable(),
    kin: z.array(KinPath),
    timelines: z.array(SubjectTimeline),
    pairs: z.array(PairHistory),
  })
  .meta({ id: 'Pictures' });
