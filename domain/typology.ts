export const TYPOLOGIES = [
  'relative',
  'ex-partner',
  'self',
  'housemate',
  'neighbour',
  'colleague',
  'celebrity',
  'protected-person',
  'subject-burst',
  'unusual-volume',
  'bulk-export',
  'no-case',
  'case-mismatch',
  'repeated-subject',
  'enumeration',
  'address-targeting',
  'out-of-area',
  'out-of-hours',
  'on-leave',
  'expired-role',
  'search-fishing',
  'dormant-subject',
  'emergency-overuse',
  'denied-probing',
  'shared-account',
  'novel-access',
  'combined-risk',
  'log-gap',
  'source-silent',
  'clock-skew',
] as const;
export type Typology = (typeof TYPOLOGIES)[number];

/** About the logs themselves: no official, no person, and no place of an alert about somebody. */
export const LOG_TYPOLOGIES: readonly Typology[] = ['log-gap', 'source-silent', 'clock-skew'];

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
