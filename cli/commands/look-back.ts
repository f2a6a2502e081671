import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type ExplainHistory, explain } from '../../detectors/explain/explain.ts';
import { type CommonAccess, commonAccess } from '../../detectors/lookback/common-access.ts';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import { AppError } from '../../domain/errors.ts';
import type { Explanation } from '../../domain/explanation.ts';
import type { ReferenceData } from '../../domain/reference.ts';
import { GROUNDS } from '../../domain/review.ts';
import { parseInstant, toIso } from '../../domain/time.ts';
import type { Token, Tokenizer } from '../../domain/token.ts';
import { hasWpg, REGIMES, type Regime, systemsOf } from '../../review/regime.ts';
import {
  createLookbackStore,
  type LookbackStore,
  type LookedUp,
  type Systems,
  type Window,
} from '../../storage/lookback.ts';
import { createReviewLookups } from '../../storage/review-lookups.ts';
import { askedAs, groundOf, type Why } from '../asked.ts';
import { context } from '../context.ts';
import { instant } from '../instants.ts';
import { loadReference } from '../reference.ts';
import type { Settings } from '../settings.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

type Shared = {
  data: string;
  from?: number;
  to?: number;
  config?: string;
  reference?: string;
  json: boolean;
} & Why;
export const EVER: Window = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };
const MAX_ROWS = 10_000;
/** Whoever works at the command line is nobody inside an inquiry of a source. */
const VIEW = 'open';

/** A person as people write it: a BSN where the eleven-test holds, else a local id. */
function subjectToken(tokens: Tokenizer, text: string): Token {
  const id = text.trim();
  return /^\d{8,9}$/.test(id) && isBsn(padBsn(id))
    ? tokens.subject('bsn', padBsn(id))
    : tokens.subject('local', id);
}

async function withStore(
  options: Shared,
  work: (workspace: Workspace, reference: ReferenceData, settings: Settings) => Promise<void>,
): Promise<void> {
  const { settings, log } = context(options);
  groundOf(settings, options);
  const workspace = await openWorkspace(options.data, settings.tenant);
  try {
    await work(workspace, await loadReference(options.reference, workspace, log), settings);
  } finally {
    await workspace.close();
  }
}

export type ExplainedLookup = LookedUp & { explanation: Explanation };
/** What makes each of these lookups legitimate, as the reference data tells now; oldest first. */
export function explainLookups(
  lookups: readonly LookedUp[],
  reference: ReferenceData,
): ExplainedLookup[] {
  const history: ExplainHistory = new Map();
  return lookups.map((lookup) => {
    const { actor, unit, occurredAt } = lookup;
    const event = {
      ...lookup,
      actor: { token: actor, kind: 'person' as const, unit },
      requestId: null,
      instance: '',
      sequence: null,
      outcome: 'success' as const,
      subjectMunicipality: '',
      object: null,
      resultCount: null,
      fields: [],
      emergency: false,
      host: null,
      session: null,
    };
    const official = reference.official(actor, occurredAt);
    return { ...lookup, explanation: explain(event, official, reference, history) };
  });
}

const line = (l: ExplainedLookup): string =>
  `${toIso(l.occurredAt)}  ${l.actor}  ${l.unit || '-'}  ${l.system}  ${l.action}  ` +
  `${l.explanation.verdict}${l.explanation.because.length > 0 ? ` (${l.explanation.because.join(', ')})` : ''}\n`;

/** What else the official did in that session: at most so many lines. */
const MAX_BESIDES = 50;
async function besidesOf(
  { store }: Workspace,
  { eventId, occurredAt }: LookedUp,
  systems: Systems,
): Promise<{ occurredAt: string; system: string; action: string; subject: Token | null }[]> {
  const lookups = createReviewLookups(store, VIEW);
  const found = await lookups.besides(eventId, occurredAt, MAX_BESIDES, systems);
  return found
    .filter((row) => row.eventId !== eventId)
    .map(({ occurredAt: at, system, action, subject }) => ({
      ...{ occurredAt: toIso(at), system, action, subject },
    }));
}
const besideLine = (b: Awaited<ReturnType<typeof besidesOf>>[number]): string =>
  `    ${b.occurredAt}  ${b.system}  ${b.action}  ${b.subject ?? '-'}\n`;

type SearchOptions = Shared & {
  besides: boolean;
  regime: Regime;
  subject?: string;
  address?: string;
  plate?: string;
  case?: string;
};

async function search(options: SearchOptions): Promise<void> {
  const asked = (['subject', 'address', 'plate', 'case'] as const).filter(
    (kind) => options[kind] !== undefined,
  );
  const [kind] = asked;
  if (kind === undefined || asked.length > 1)
    throw new AppError(
      'ERR_CLI_USAGE',
      'Name one of --subject, --address, --plate and --case to search for.',
    );
  const key = options[kind] ?? '';
  const window = { from: options.from ?? EVER.from, to: options.to ?? EVER.to };
  await withStore(options, async (workspace, reference, settings) => {
    const store = createLookbackStore(workspace.store, VIEW);
    const { askedTokens } = workspace;
    const token =
      kind === 'subject'
        ? subjectToken(askedTokens, key)
        : askedTokens.object(kind === 'plate' ? 'vehicle' : kind, key.trim());
    const { regime } = options;
    const systems = systemsOf(settings.regimes, regime);
    const question = { operation: 'search' as const, tokens: [token], ...window, regime };
    const lookups = await askedAs(workspace, settings, options, question, () =>
      kind === 'subject'
        ? store.ofSubject(token, window, MAX_ROWS, systems)
        : store.ofObject(token, window, MAX_ROWS, systems),
    );
    const explained = explainLookups(lookups, reference);
    for (const lookup of explained) {
      const besides = options.besides ? await besidesOf(workspace, lookup, systems) : null;
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ ...lookup, occurredAt: toIso(lookup.occurredAt), ...(besides && { besides }) })}\n`
          : line(lookup) + (besides ?? []).map(besideLine).join(''),
      );
    }
    const officials = new Set(explained.map((l) => l.actor)).size;
    const open = explained.filter((l) => l.explanation.verdict === 'unexplained').length;
    process.stderr.write(
      `${explained.length} lookups by ${officials} officials; nothing explains ${open} of them\n` +
        (lookups.length === MAX_ROWS ? `only the newest ${MAX_ROWS} are shown: use --from\n` : ''),
    );
  });
}

const ADDRESS = /^(address|adres):/i;
export type Victim = { id: string; isAddress: boolean; incidentAt: number | null };
/** Lines `id`, `id,date` or `address:key,date`; a header line, blank lines and comments are passed over. */
export function readVictims(text: string): Victim[] {
  const victims: Victim[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [id = '', date = ''] = raw.split(/[,;\t]/).map((cell) => cell.trim());
    if (id === '' || id.startsWith('#') || (index === 0 && /^(subject|person|bsn)/i.test(id)))
      continue;
    const isAddress = ADDRESS.test(id);
    const who = { id: isAddress ? id.replace(ADDRESS, '').trim() : id, isAddress };
    if (date === '') {
      victims.push({ ...who, incidentAt: null });
      continue;
    }
    const parsed = parseInstant(/^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T00:00:00Z` : date);
    if (!('at' in parsed))
      throw new AppError(
        'ERR_CLI_USAGE',
        `Line ${index + 1} of the list has a date that cannot be read: use 2026-03-01.`,
      );
    victims.push({ ...who, incidentAt: parsed.at });
  }
  return victims;
}

/** Asks the store and ranks: the whole of the common-access query for tokens that are known. */
export async function askCommonAccess(
  store: Pick<LookbackStore, 'seenBy' | 'personsPerOfficial'>,
  victims: readonly { subject: Token; incidentAt: number | null }[],
  window: Window,
): Promise<CommonAccess> {
  const incidents = new Map(victims.map((v) => [v.subject, v.incidentAt]));
  const seen = await store.seenBy([...incidents.keys()], window);
  const { persons, byActor } = await store.personsPerOfficial(window);
  const degrees = new Map<Token, number>();
  for (const { subject } of seen) degrees.set(subject, (degrees.get(subject) ?? 0) + 1);
  const officials = [...byActor].map(([actor, count]) => {
    const common = seen
      .filter((s) => s.actor === actor)
      .map((s) => {
        const incidentAt = incidents.get(s.subject) ?? null;
        return { ...s, isBefore: incidentAt === null ? null : s.firstAt < incidentAt };
      });
    return { actor, persons: Math.max(count, common.length), common };
  });
  const pairs = officials.reduce((sum, o) => sum + o.persons, 0);
  const pool = {
    persons: Math.max(persons, degrees.size),
    pairs,
    officials: byActor.size,
    degrees,
  };
  return commonAccess(officials, pool, incidents.size);
}

const CAVEATS: Record<CommonAccess['caveats'][number], string> = {
  'few-victims':
    'fewer than five of these persons were opened by anybody: no conclusion is possible',
  'few-officials': 'so few officials were at work that sharing files is ordinary',
  'shared-work': 'a typical official opened a large part of all persons: the question is weak here',
  'never-opened': 'some of these persons were opened by nobody in this period',
};
const SHOWN = 20;

function describe(answer: CommonAccess): string {
  const rows = answer.rows
    .slice(0, SHOWN)
    .map(
      (r) =>
        `${r.actor}  ${r.common} of the ${answer.opened} (expected ${r.expected.toFixed(1)}` +
        `${r.before > 0 ? `; ${r.before} before the incident` : ''}); ${r.persons} of ${answer.pool.persons} persons in all; ` +
        `p ${r.p.toPrecision(2)}, busy persons weighed ${r.pPopular.toPrecision(2)}, times ${answer.pool.officials} officials ${r.pCorrected.toPrecision(2)}: ` +
        `${r.isSignificant ? 'improbable by chance' : 'may well be chance'}\n`,
    );
  return (
    `${answer.opened} of ${answer.asked} persons were opened by anybody\n` +
    rows.join('') +
    answer.caveats.map((c) => `note: ${CAVEATS[c]}\n`).join('') +
    'This shows what is improbable, not who did something: look for the work that explains it first.\n'
  );
}

async function askCommon(options: Shared & { subjects: string }): Promise<void> {
  const victims = readVictims(readFileSync(options.subjects, 'utf8'));
  if (victims.length === 0)
    throw new AppError('ERR_CLI_USAGE', `${options.subjects} lists nobody: one person a line.`);
  const window = { from: options.from ?? EVER.from, to: options.to ?? EVER.to };
  await withStore(options, async (workspace, reference, settings) => {
    const { askedTokens } = workspace;
    const asked = victims.flatMap(({ id, isAddress, incidentAt }) => {
      const persons = isAddress
        ? reference.residents(askedTokens.object('address', id))
        : [subjectToken(askedTokens, id)];
      return persons.map((subject) => ({ subject, incidentAt }));
    });
    const empty = victims.filter(
      ({ id, isAddress }) =>
        isAddress && reference.residents(askedTokens.object('address', id)).length === 0,
    ).length;
    if (empty > 0)
      process.stderr.write(`${empty} addresses where nobody lives by the reference data\n`);
    const tokens = asked.map((a) => a.subject);
    if (hasWpg(settings.regimes))
      throw new AppError(
        'ERR_REVIEW_REGIME_MIXED',
        'This compares over all sources, and some are under the Wpg: search person by person.',
      );
    const question = {
      ...{ operation: 'findCommonAccess' as const, tokens, ...window },
      regime: 'avg' as const,
    };
    const answer = await askedAs(workspace, settings, options, question, () =>
      askCommonAccess(createLookbackStore(workspace.store, VIEW), asked, window),
    );
    process.stdout.write(
      options.json
        ? answer.rows.map((row) => `${JSON.stringify(row)}\n`).join('')
        : describe(answer),
    );
  });
}

/** `search` and `common-access`: questions from the victim's side. */
export function lookBackCommands(root: Command): void {
  const command = (name: string, text: string): Command =>
    root
      .command(name)
      .description(text)
      .option('--data <DIR>', 'data directory', '.inzagewacht/data')
      .option('--reference <DIR>', 'reference files; the newest import when left out')
      .option('--from <T>', 'from this date or time', instant(false))
      .option('--to <T>', 'to this date (inclusive) or time', instant(true))
      .option('--config <FILE>', 'settings file (YAML)')
      .addOption(
        new Option('--ground <GROUND>', 'ground of the protocol; required in production').choices([
          ...GROUNDS,
        ]),
      )
      .option('--reason <TEXT>', 'why you ask; required in production')
      .option('--json', 'one JSON object a line', false)
      .exitOverride();
  command('search', 'who looked at this person, address, plate or case, and what explains it')
    .option('--subject <ID>', 'a BSN or local id')
    .option('--address <KEY>', 'an address as the sources write it')
    .option('--plate <KEY>', 'a licence plate')
    .option('--case <KEY>', 'a case number')
    .addOption(
      new Option('--regime <ACT>', 'sources under this act; never both in one search')
        .choices([...REGIMES])
        .default('avg'),
    )
    .option('--besides', 'with what else the official did in that session', false)
    .action(search);
  command('common-access', 'officials by how improbable their share of these persons is')
    .requiredOption(
      '--subjects <FILE>',
      'persons (or address:KEY), one a line; a comma and a date for an incident',
    )
    .action(askCommon);
}
