import type { BacktestRunner, ServerDeps } from '../../api/deps.ts';
import type { TriageState } from '../../domain/review.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Typology } from '../../domain/typology.ts';
import type { Json } from '../../evidence/canonical-json.ts';
import { signerFromSeed } from '../../evidence/signing.ts';
import { signStatement } from '../../evidence/statement.ts';
import { exchangeStatement } from '../../review/exchange.ts';
import type { Served } from './browser.ts';
import { noBacktests, noDesk } from './review.ts';

const AT = Date.UTC(2026, 2, 10, 9);
const detectorsOf = (judged: number) => [
  {
    ...{ detector: 'relative', version: 1, judged },
    ...{ notJudged: { 'actor-unknown': 40, late: 12 }, missing: [] },
  },
  {
    ...{ detector: 'on-leave', version: null, judged: 0 },
    ...{ notJudged: { 'no-reference-data': judged }, missing: ['roster'] },
  },
];

/** How many of each kind were judged right, judged not, and left; a kind with three of them is not told. */
const RAISED: readonly [Typology, number, number, number][] = [
  ['relative', 22, 9, 0],
  ['unusual-volume', 6, 19, 5],
  ['no-case', 11, 40, 8],
  ['ex-partner', 3, 0, 0],
];
/** Figures of a municipality with so many times the alerts of ours, and its settings. */
export function figuresOf(times: number, settings: Record<string, unknown> = {}) {
  const many = (count: number, typology: Typology, state: TriageState) =>
    Array.from({ length: Math.round(count * times) }, () => ({ typology, state }));
  return exchangeStatement({
    ...{ from: '2025-03-10', to: '2026-03-09', officials: 410, officialDays: 81_000, budget: 1 },
    alerts: RAISED.flatMap(([typology, right, not, left]) => [
      ...many(right, typology, 'suspicion'),
      // More alerts, and a smaller part of them right.
      ...many(not * times, typology, 'explained'),
      ...many(left, typology, 'new'),
    ]),
    detectors: [
      { detector: 'relative', version: 1, settings: { maxDegree: 2, includePartner: true } },
      { detector: 'no-case', version: 2, settings: { minLookups: 3, ...settings } },
    ],
  });
}
const KEY_SEED = 40;
const seeded = (n: number) => signerFromSeed(Buffer.alloc(32, n));
/** The file of the n-th other municipality, and the fingerprint that it would pass on by telephone. */
export function aForeignFile(n: number, statement = figuresOf(0.6 + 0.5 * n, { minLookups: n })) {
  const signer = seeded(KEY_SEED + n);
  const type = 'application/vnd.inzagewacht.exchange+json';
  // Its schema allows plain JSON only.
  const envelope = signStatement(type, statement as unknown as Json, signer);
  return { text: JSON.stringify(envelope), fingerprint: signer.fingerprint };
}
/** Three other municipalities, of which one sent a newer file later. */
export async function someExchanges(served: Served, fg: string): Promise<void> {
  const { call } = await served.signIn(served.deps, fg);
  const older = { ...figuresOf(2), from: '2024-03-10', to: '2025-03-09' };
  const sent = [
    { label: 'Gemeente Anderstad', ...aForeignFile(1, older) },
    ...['Gemeente Anderstad', 'Gemeente Elders aan de Rivier', 'Gemeente Verderop'].map(
      (label, i) => ({ label, ...aForeignFile(i + 1) }),
    ),
  ];
  for (const body of sent) {
    const answer = await call('POST', '/exchange/imports', body);
    if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  }
}

/** A shadow run that two persons agreed to; and one that was ended again. */
export async function someShadowRuns(served: Served, officer: string, fg: string): Promise<void> {
  const asks = await served.signIn(served.deps, officer);
  const agrees = await served.signIn(served.deps, fg);
  const reason = 'Eerst naast de geldende instelling laten lopen, dan pas besluiten.';
  for (const [decisionRef, isEnded] of [
    ['OR-2026-8', true],
    ['OR-2026-9', false],
  ] as const) {
    const { body } = await asks.call('POST', '/shadow-runs', {
      until: new Date(served.stage.now + 30 * DAY_MS).toISOString(),
      detectors: { relative: { maxDegree: 3 } },
      ...{ budget: 2, reason, decisionRef },
    });
    const path = `/shadow-runs/${body['shadowId']}`;
    const steps = [
      await agrees.call('POST', `${path}/approval`, { reason, sequence: 1 }),
      ...(isEnded ? [await agrees.call('POST', `${path}/ending`, { reason, sequence: 2 })] : []),
    ];
    const refused = steps.filter(({ status }) => status !== 200);
    if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  }
}

/** What the desk is told when everything has something to show; invented. */
export const filledDesk: ServerDeps['desk'] = {
  ...noDesk,
  coverage: async ({ from, to }) => ({
    report: {
      ...{ kind: 'coverage', format: 1, authority: 'inzagewacht/voorbeeld', checkpoint: null },
      madeAt: new Date(to).toISOString(),
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...{ deadLetters: [{ source: 'brp', reason: 'impossible-time', letters: 3 }], runs: [] },
      rows: ['brp', 'zaaksysteem'].flatMap((system, s) =>
        ['2026-01', '2026-02', '2026-03'].map((month, m) => {
          const judged = 14_000 - 900 * m - 4_000 * s;
          const notJudged = { 'actor-unknown': 40, late: 12 + 300 * m } as const;
          return {
            ...{ system, month, events: judged + 52 + 300 * m, judged, notJudged },
            silent: m === 1 ? [{ instance: 'prod', from: '2026-02-07', to: '2026-02-08' }] : [],
            detectors: detectorsOf(judged),
          };
        }),
      ),
    },
    envelope: {
      ...{ payloadType: 'application/vnd.inzagewacht.coverage+json', payload: 'e30=' },
      ...{ signatures: [{ keyid: 'key', sig: 'c2ln' }], publicKey: 'cHVi' },
    },
  }),
  exchange: async () => ({
    statement: figuresOf(1),
    envelope: {
      ...{ payloadType: 'application/vnd.inzagewacht.exchange+json', payload: 'e30=' },
      ...{ signatures: [{ keyid: 'key', sig: 'c2ln' }], publicKey: 'cHVi' },
    },
  }),
  report: async ({ kind, language }) => ({
    ...{ title: kind, language, madeAt: AT, author: 'Gemeente Voorbeeldstad' },
    blocks: [
      { kind: 'heading', level: 1, text: 'Maandrapport februari 2026' },
      { kind: 'paragraph', text: 'Dit rapport gaat over de werking van het toezicht.' },
      { kind: 'heading', level: 2, text: 'Wat is gevonden' },
      { kind: 'list', texts: ['31 signalen, 28 beoordeeld', '2 dossiers geopend'] },
      {
        ...{ kind: 'table', head: ['Detector', 'Signalen', 'Terecht'] },
        rows: [
          ['relative', '12', '9'],
          ['unusual-volume', '7', '2'],
        ],
      },
    ],
  }),
  retention: async () => {
    const kept = { due: 0, erased: 0, held: 0 };
    const kinds: Awaited<ReturnType<ServerDeps['desk']['retention']>>['kinds'] = [
      { ...kept, kind: 'event', state: '', days: 730, before: AT - 730 * DAY_MS, due: 1_204 },
      { ...kept, kind: 'alert', state: 'cleared', days: 90, before: AT - 90 * DAY_MS, held: 37 },
      { ...kept, kind: 'identity', state: '', days: null, before: null },
    ];
    const run = { runId: 'r-1', at: AT - DAY_MS, logUid: 'log-418', holds: 1 };
    const all = kinds.map((k) => ({ ...k, erased: 12 }));
    return {
      at: AT,
      isAutomatic: false,
      holds: 1,
      kinds,
      runs: [{ ...run, kinds: all }],
    };
  },
};

/** A watch that waits for two others, asked for in this case by its investigator. */
export async function aWatch(served: Served, investigator: string, casePath: string) {
  const { call } = await served.signIn(served.deps, investigator);
  const { body } = await call('GET', casePath);
  const [actor] = body['actors'] as { token: string }[];
  const answer = await call('POST', `${casePath}/watches`, {
    ...{ actor: actor?.token, ground: 'reasonable-suspicion', protocolArticle: 'artikel 7' },
    ...{ dpiaReference: 'DPIA 2026-14', days: 14 },
    reason: 'Zonder volgen is niet vast te stellen of het zoeken doorgaat na het gesprek.',
  });
  if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
}

type Compared = Awaited<ReturnType<BacktestRunner['run']>>;
const brief = (alertId: string, score: number): Compared['won'][number] => ({
  alertId,
  typology: 'relative',
  severity: 'high',
  score,
  isHidden: false,
  reason: {
    nl: 'Deze medewerker bekeek 3 keer gegevens van een familielid.',
    en: 'This official opened the record of a relative 3 times.',
  },
});
const compared = (): Compared => ({
  ...{ before: 31, after: 22, hiddenBefore: 0, hiddenAfter: 2, same: 20, changed: 3 },
  confirmedLost: 1,
  won: [brief('al-90', 61)],
  lost: [
    {
      ...brief('al-1', 88),
      ...{ status: 'suspicion', standing: 'confirmed', caseId: 'c-1', because: 'budget' },
    },
    {
      ...brief('al-2', 54),
      ...{ status: 'explained', standing: 'cleared', caseId: null, because: 'explained-since' },
    },
  ],
});
/** A backtest that would lose a case that was confirmed. */
export const filledBacktests = (): BacktestRunner => ({
  ...noBacktests(),
  run: async () => compared(),
  shadow: async () => compared(),
});
