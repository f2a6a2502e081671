import type { Alert } from '../../domain/alert.ts';
import type { Token } from '../../domain/token.ts';
import type { Typology } from '../../domain/typology.ts';

const tokenOf = (namespace: 'a' | 's', name: string): Token =>
  `${namespace}.1.${name.padEnd(22, '0')}` as Token;

export const anAlert = (fields: Partial<Alert> = {}): Alert => ({
  alertId: 'al-1',
  typology: 'relative',
  severity: 'high',
  score: 72,
  status: 'new',
  actor: { token: tokenOf('a', 'kQ3vT') },
  subjects: [{ token: tokenOf('s', 'Zp9wR') }],
  firstEventAt: '2026-03-03T09:00:00.000Z',
  lastEventAt: '2026-03-05T21:14:00.000Z',
  openedAt: '2026-03-03T09:00:00.000Z',
  eventIds: ['e1', 'e2', 'e3'],
  eventCount: 3,
  explanation: 'unexplained',
  reasons: [
    {
      detector: 'relative',
      code: 'close-relative',
      observed: 3,
      expected: null,
      unit: 'lookups',
      comparedWith: 'chance',
      text: {
        nl: 'Deze medewerker bekeek 3 keer gegevens van een familielid (zus); een zaak, afspraak of contact is daarbij niet gevonden.',
        en: 'This official opened the record of a relative (sister) 3 times; no case, appointment or contact was found for it.',
      },
    },
  ],
  versions: { config: 'c0ffee', reference: 'r1', detectors: { relative: 1 } },
  ...fields,
});

const SAYINGS: [Typology, string, string][] = [
  [
    'protected-person',
    'Deze medewerker bekeek 2 keer gegevens van een persoon met afscherming; een zaak, afspraak of contact is daarbij niet gevonden.',
    'This official opened the record of a protected person 2 times; no case, appointment or contact was found for it.',
  ],
  [
    'ex-partner',
    'Deze medewerker bekeek op 9 dagen in 3 maanden gegevens van een ex-partner; een zaak, afspraak of contact is daarbij niet gevonden.',
    'This official opened the record of a former partner on 9 days in 3 months; no case, appointment or contact was found for it.',
  ],
  [
    'unusual-volume',
    'Deze medewerker bekeek 214 personen op een dag; zelf gewoonlijk 38. Bij 171 daarvan is geen zaak, afspraak of contact gevonden.',
    'This official opened 214 records in a day; usually 38. For 171 of them no case, appointment or contact was found.',
  ],
  [
    'neighbour',
    'Van de personen die deze medewerker bekeek, wonen er 6 in de eigen straat; bij toeval 0,4. Een zaak, afspraak of contact is daarbij niet gevonden.',
    'Of the persons this official looked up, 6 live in the same street; by chance 0.4. No case, appointment or contact was found for them.',
  ],
];

/** Different alerts, best first, as an officer would meet them on a morning. */
export const someAlerts = (count: number): Alert[] =>
  Array.from({ length: count }, (_, i) => {
    const [typology, nl, en] = SAYINGS[i % SAYINGS.length] ?? ['self', '', ''];
    const base = anAlert();
    return anAlert({
      alertId: `al-${i + 1}`,
      typology,
      reasons: base.reasons.map((r) => ({ ...r, detector: typology, text: { nl, en } })),
      actor: { token: tokenOf('a', `k${(i * 7919 + 4711).toString(36)}Tq`) },
      severity: i < 2 ? 'critical' : i < 8 ? 'high' : i < 15 ? 'medium' : 'low',
      score: Math.max(10, 96 - i * 3),
    });
  });
