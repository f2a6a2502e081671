/** What an event may say besides that something happened; a source that leaves one out blinds detectors. */
export const EVENT_PARTS = [
  'official',
  'person',
  'time',
  'case',
  'search-key',
  'data',
  'municipality',
  'workstation',
  'unit',
  'numbering',
] as const;
export type EventPart = (typeof EVENT_PARTS)[number];
