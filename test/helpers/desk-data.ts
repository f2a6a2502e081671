import type { ServerDeps } from '../../api/deps.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Served } from './browser.ts';
import { noDesk } from './review.ts';

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
