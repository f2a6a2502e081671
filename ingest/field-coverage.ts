// What an export lacks, and which detectors are blind without it.
import type { AuditEvent } from '../domain/event.ts';
import type { EventPart } from '../domain/event-parts.ts';

type Need = {
  part: EventPart;
  name: string;
  has: (event: AuditEvent) => boolean;
  detectors: readonly string[];
};
const RELATIONS = ['relative', 'ex-partner', 'self', 'housemate', 'neighbour', 'colleague'];

/** Parts of an event, and the detectors that cannot work without them. */
export const NEEDS: readonly Need[] = [
  {
    part: 'official',
    name: 'official (actor.id)',
    has: (e) => e.actor !== null,
    detectors: ['all about officials'],
  },
  {
    part: 'person',
    name: 'person (subject)',
    has: (e) => e.subject !== null,
    detectors: [...RELATIONS, 'protected-person', 'no-case', 'subject-burst'],
  },
  {
    part: 'time',
    name: 'time of day',
    has: (e) => !e.isDateOnly,
    detectors: ['out-of-hours', 'enumeration', 'shared-account'],
  },
  {
    part: 'case',
    name: 'case number (purpose.caseRef)',
    has: (e) => e.caseRef !== null,
    detectors: ['case-mismatch'],
  },
  {
    part: 'search-key',
    name: 'search key (query.key)',
    has: (e) => e.queryKey !== null,
    detectors: ['search-fishing', 'address-targeting', 'enumeration'],
  },
  {
    part: 'data',
    name: 'categories of data (fields)',
    has: (e) => e.fields.length > 0,
    detectors: ['novel-access'],
  },
  {
    part: 'municipality',
    name: 'municipality of the person',
    has: (e) => e.subjectMunicipality !== '',
    detectors: ['out-of-area, unless persons.csv says it'],
  },
  {
    part: 'workstation',
    name: 'workstation (device.host)',
    has: (e) => e.host !== null,
    detectors: ['shared-account', 'on-leave'],
  },
  {
    part: 'unit',
    name: 'unit (actor.unit)',
    has: (e) => e.actor !== null && e.actor.unit !== '',
    detectors: ['subject-burst, unless officials.csv says it'],
  },
  {
    part: 'numbering',
    name: 'numbering (source.sequence)',
    has: (e) => e.sequence !== null,
    detectors: ['log-gap by number; by rate it needs three weeks'],
  },
];

export type FieldCoverage = {
  part: EventPart;
  name: string;
  share: number;
  detectors: readonly string[];
};
/** Share of the events that hold each part. */
export const fieldCoverage = (events: readonly AuditEvent[]): FieldCoverage[] =>
  NEEDS.map(({ part, name, has, detectors }) => ({
    ...{ part, name },
    share: events.length === 0 ? 0 : events.filter(has).length / events.length,
    detectors,
  }));
