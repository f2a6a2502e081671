// Figures that go to other municipalities and come from them, and the own beside theirs.
import { AppError } from '../domain/errors.ts';
import type { TriageState } from '../domain/review.ts';
import { TYPOLOGIES, type Typology } from '../domain/typology.ts';
import { ExchangeStatement } from './exchange-statement.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Fold, Journal } from './journal.ts';
import { shownCount } from './reports/small-numbers.ts';
import type { Reviewer } from './reviewer.ts';

export type AlertFact = { typology: string; state: TriageState };
export type OwnFigures = {
  from: string;
  to: string;
  officials: number;
  officialDays: number;
  budget: number;
  alerts: readonly AlertFact[];
  detectors: readonly { detector: string; version: number; settings: Record<string, unknown> }[];
};

const JUDGED: readonly TriageState[] = [
  'explained',
  'work-practice',
  'detector-error',
  'suspicion',
];
const RIGHT: readonly TriageState[] = ['work-practice', 'suspicion'];
const tens = (n: number): number => Math.round(n / 10) * 10;

/** What may leave the organisation. Settings that are no plain values stay at home. */
export function exchangeStatement(own: OwnFigures): ExchangeStatement {
  const typologies = TYPOLOGIES.flatMap((typology) => {
    const alerts = own.alerts.filter((a) => a.typology === typology);
    if (alerts.length === 0) return [];
    const judged = alerts.filter((a) => JUDGED.includes(a.state)).length;
    const right = alerts.filter((a) => RIGHT.includes(a.state)).length;
    // A right that is told beside a judged one nearly as large would tell the few that were wrong.
    const isTold = shownCount(judged - right) !== null;
    return [
      {
        ...{ typology, alerts: shownCount(alerts.length) },
        judged: shownCount(alerts.length - judged) === null ? null : shownCount(judged),
        right: isTold ? shownCount(right) : null,
      },
    ];
  });
  return ExchangeStatement.parse({
    ...{ kind: 'typology-statistics', format: 1, from: own.from, to: own.to },
    ...{ officials: tens(own.officials), officialDays: tens(own.officialDays), budget: own.budget },
    typologies,
    detectors: own.detectors.map(({ detector, version, settings }) => ({
      ...{ detector, version },
      settings: Object.fromEntries(
        Object.entries(settings).filter(
          ([, value]) =>
            ['number', 'boolean', 'string'].includes(typeof value) || isPlainList(value),
        ),
      ),
    })),
  });
}
const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((v) => typeof v === 'number' || typeof v === 'string');

/** A statement of another municipality; anything more than the agreed fields is refused. */
export function readStatement(document: unknown): ExchangeStatement {
  const parsed = ExchangeStatement.safeParse(document);
  if (parsed.success && isConsistent(parsed.data)) return parsed.data;
  // Only the outermost field: further in, a name may have been put there by the sender.
  const [field] = parsed.error?.issues[0]?.path ?? [];
  throw new AppError(
    'ERR_EXCHANGE_FIELDS',
    `This holds other fields or values than were agreed: ${FIELDS.find((f) => f === field) ?? 'its form'}.`,
  );
}
const FIELDS = Object.keys(ExchangeStatement.shape);

/** Each typology and detector once, no more right than judged and judged than raised, and in order of time. */
function isConsistent({ from, to, typologies, detectors }: ExchangeStatement): boolean {
  const atMost = (part: number | null, whole: number | null): boolean =>
    part === null || whole === null || part <= whole;
  return (
    from <= to &&
    new Set(typologies.map((t) => t.typology)).size === typologies.length &&
    new Set(detectors.map((d) => d.detector)).size === detectors.length &&
    typologies.every(
      ({ alerts, judged, right }) =>
        atMost(judged, alerts) && atMost(right, judged) && atMost(right, alerts),
    )
  );
}

export type Imported = {
  exchangeId: string;
  sequence: number;
  label: string;
  signer: string;
  importedAt: number;
  statement: ExchangeStatement;
};
export const exchangeFold: Fold<Imported | null> = {
  start: () => null,
  apply(_before, { chainUid, data, time, sequence }) {
    // Written by this file alone: the shape is ours.
    const { label, signer, statement } = data as Pick<Imported, 'label' | 'signer' | 'statement'>;
    const exchangeId = chainUid.slice(chainUid.indexOf(':') + 1);
    return { ...{ exchangeId, sequence, label, signer, statement }, importedAt: time };
  },
};

/** Keeps a statement beside the own figures; the same one twice is one. */
export async function importStatement(
  journal: Journal,
  by: Reviewer,
  input: Pick<Imported, 'label' | 'signer' | 'statement'>,
): Promise<Imported> {
  const id = `x-${fingerprintOf(JSON.stringify([input.signer, input.statement])).slice(0, 24)}`;
  const kept = await journal.record(exchangeFold, 'exchange', id, by, null, () => ({
    ...{ type: 'imported', data: input },
  }));
  if (kept === null) throw new AppError('ERR_REVIEW_CONFLICT', 'Somebody else was first.');
  return kept;
}

/** Newest first. Of each key the statement of the latest period is compared, and no other. */
export function importsOf(journal: Journal): (Imported & { isCompared: boolean })[] {
  const all = [...journal.all(exchangeFold, 'exchange')]
    .flatMap((one) => one ?? [])
    .sort((a, b) => b.importedAt - a.importedAt || (a.exchangeId < b.exchangeId ? -1 : 1));
  const latest = new Map<string, Imported>();
  for (const one of all) {
    const known = latest.get(one.signer);
    if (known === undefined || one.statement.to > known.statement.to) latest.set(one.signer, one);
  }
  return all.map((one) => ({ ...one, isCompared: latest.get(one.signer) === one }));
}

export type Figures = {
  /** Alerts per 1,000 official-days; null when too few to be told. */
  rate: number | null;
  /** Right of judged; null when either is not told. */
  precision: number | null;
};
/** Whose figures or settings they are. */
type Who = Pick<Imported, 'exchangeId' | 'label'>;
export type Benchmark = {
  typologies: {
    typology: Typology;
    own: Figures;
    others: (Figures & Who)[];
    /** Of the rates that others told; null under three of them. */
    medianRate: number | null;
  }[];
  detectors: {
    detector: string;
    own: { version: number; settings: Record<string, unknown> } | null;
    others: (Who & { version: number; settings: Record<string, unknown> })[];
  }[];
};
const LEAST_OTHERS = 3;

function figuresOf(statement: ExchangeStatement, typology: string): Figures {
  const row = statement.typologies.find((t) => t.typology === typology);
  const alerts = row === undefined ? 0 : row.alerts;
  const { officialDays } = statement;
  return {
    rate: alerts === null || officialDays === 0 ? null : (1_000 * alerts) / officialDays,
    precision:
      row?.judged == null || row.right === null || row.judged === 0 ? null : row.right / row.judged,
  };
}

/** The own figures beside those of others, per typology, and settings that differ. */
export function benchmark(own: ExchangeStatement, others: readonly Imported[]): Benchmark {
  const names = new Set(
    [own, ...others.map((o) => o.statement)].flatMap((s) => s.typologies.map((t) => t.typology)),
  );
  const ids = new Set(
    [own, ...others.map((o) => o.statement)].flatMap((s) => s.detectors.map((d) => d.detector)),
  );
  const detectorOf = (s: ExchangeStatement, id: string) =>
    s.detectors.find((d) => d.detector === id);
  return {
    typologies: [...names].sort().map((typology) => {
      const rows = others.map(({ exchangeId, label, statement }) => ({
        ...{ exchangeId, label },
        ...figuresOf(statement, typology),
      }));
      const rates = rows.flatMap((r) => r.rate ?? []).sort((a, b) => a - b);
      const middle = Math.floor((rates.length - 1) / 2);
      return {
        ...{ typology, own: figuresOf(own, typology), others: rows },
        medianRate: rates.length < LEAST_OTHERS ? null : (rates[middle] ?? null),
      };
    }),
    detectors: [...ids].sort().map((detector) => {
      const mine = detectorOf(own, detector);
      return {
        detector,
        own: mine === undefined ? null : { version: mine.version, settings: mine.settings },
        others: others.flatMap(({ exchangeId, label, statement }) => {
          const theirs = detectorOf(statement, detector);
          return theirs === undefined
            ? []
            : [{ exchangeId, label, version: theirs.version, settings: theirs.settings }];
        }),
      };
    }),
  };
}
