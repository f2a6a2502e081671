import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import { AppError } from '../../domain/errors.ts';
import { OWN_SYSTEM } from '../../domain/product.ts';
import { MAX_INSTANT, MIN_INSTANT } from '../../domain/time.ts';
import { residentExtract } from '../../review/rights.ts';
import {
  keepSample,
  missRateOf,
  recordFinding,
  type Sample as SampleState,
  sampleFold,
} from '../../review/sample-work.ts';
import { pageOf } from '../paging.ts';
import { readUnder } from '../regimes.ts';
import { absent, route } from '../route.ts';
import {
  NewExtract,
  NewFinding,
  NewSample,
  ResidentExtract,
  Sample,
  SamplePage,
  SampleParams,
  SampleQuery,
  type SampleSummary,
} from '../schemas/samples.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { toLookup } from '../views/alerts.ts';

const EXTRACT_LOOKUPS = 10_000;

export function sampleRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  route(app, 'drawSample', {
    summary: 'Draws lookups that raised no alert, by a seed that can be repeated',
    body: NewSample,
    status: 201,
    response: Sample,
    async handler({ body, reviewer, seen, touches }) {
      const { from, to, seed, random, weighted } = body;
      if (from >= to) throw new AppError('ERR_REVIEW_REFUSED', 'The period ends before it begins.');
      const sizes = { seed, random, weighted };
      const drawn = await deps.sampleFrame.draw({ from, to }, sizes);
      const sample = await keepSample(journal, reviewer, { seed, ...drawn, from, to });
      touches(sample.sampleId);
      return withLookups(seen, sample);
    },
  });
  route(app, 'listSamples', {
    summary: 'Samples drawn, newest first, each with its miss rate',
    query: SampleQuery,
    response: SamplePage,
    handler({ query }) {
      const all = [...journal.all(sampleFold, 'sample')].sort((a, b) => b.drawnAt - a.drawnAt);
      const { items, nextCursor } = pageOf(
        ...([all, (s: SampleState) => s.sampleId, query.cursor, query.limit] as const),
      );
      return { items: items.map(toSummary), nextCursor };
    },
  });
  route(app, 'readSample', {
    summary: 'One sample: its lookups, what was found, and the miss rate with its interval',
    params: SampleParams,
    response: Sample,
    handler: ({ params, seen }) => withLookups(seen, sampleBy(deps, params.sampleId)),
  });
  route(app, 'recordFinding', {
    summary: 'What was found of one lookup of the sample',
    params: SampleParams,
    body: NewFinding,
    response: Sample,
    async handler({ params, body, reviewer, seen, expected }) {
      const { sampleId } = params;
      return withLookups(seen, await recordFinding(journal, reviewer, sampleId, body, expected));
    },
  });
  route(app, 'makeResidentExtract', {
    summary: 'Who looked at a resident: dates, systems, purposes, parts of the organisation',
    body: NewExtract,
    response: ResidentExtract,
    async handler({ body, reviewer, seen, touches }) {
      const bsn = padBsn(body.id);
      if (body.scheme === 'bsn' && !isBsn(bsn))
        throw new AppError('ERR_REVIEW_REFUSED', 'This is no BSN: it fails the eleven-test.');
      const token = deps.identify.subject(body.scheme, body.scheme === 'bsn' ? bsn : body.id);
      touches(token);
      const window = { from: body.from ?? MIN_INSTANT, to: body.to ?? MAX_INSTANT };
      // The Wpg has rules of its own on what a person is told.
      const found = await readUnder(deps, 'avg', (systems) =>
        seen.lookups.ofSubject(token, window, EXTRACT_LOOKUPS, systems),
      );
      const now = journal.now();
      deps.onReviewerLookup?.({
        ...{
          at: now,
          account: reviewer.accountId,
          actors: reviewer.actors,
          operation: 'makeResidentExtract',
        },
        ...{ subjects: [token], caseId: null },
      });
      const reference = deps.reference();
      const sizes = new Map(
        [...new Set(found.map((l) => l.unit))].map((u) => [u, reference.unitActors(u).length]),
      );
      const shown = found.filter((l) => l.outcome === 'success' && l.actor !== null);
      const confidential = await seen.lookups.confidentialOf(shown);
      const lookups = shown.map((l) => ({
        ...{ eventId: l.eventId, occurredAt: l.occurredAt, system: l.system, unit: l.unit },
        ...{ actor: l.actor ?? '', action: l.action, fields: l.fields, purpose: '' },
        // Looking into somebody is itself an inquiry: the product's own lookups stay confidential.
        confidential:
          l.system === OWN_SYSTEM
            ? { from: l.occurredAt, liftedAt: null }
            : (confidential.get(`${l.system}\0${l.eventId}`) ?? null),
      }));
      return residentExtract(lookups, sizes, window, now);
    },
  });
}

function sampleBy({ journal }: RouteDeps, sampleId: string): SampleState {
  if (!journal.has('sample', sampleId)) throw absent('sample');
  return journal.state(sampleFold, 'sample', sampleId);
}

const toSummary = (sample: SampleState): z.output<typeof SampleSummary> => {
  const { sampleId, sequence, drawnAt, from, to, seed, frame, random, weighted } = sample;
  return {
    ...{ sampleId, sequence, drawnAt, from, to, seed, frame },
    ...{ random: random.length, weighted: weighted.length, missRate: missRateOf(sample) },
  };
};

async function withLookups(
  { lookups, directory }: Seen,
  sample: SampleState,
): Promise<z.output<typeof Sample>> {
  const ids = [...sample.random, ...sample.weighted];
  const rows = await lookups.byIds(ids, { from: sample.from, to: sample.to });
  const inRandom = new Set(sample.random);
  return {
    ...toSummary(sample),
    // Drawn by chance from everybody: how many there are says nothing about anybody.
    withheld: ids.filter(directory.isMarked).length,
    items: rows.map((row) => ({
      part: inRandom.has(row.eventId) ? ('random' as const) : ('weighted' as const),
      lookup: toLookup({ directory }, row, false),
      finding: sample.findings.get(row.eventId)?.finding ?? null,
      reason: sample.findings.get(row.eventId)?.reason ?? null,
    })),
  };
}
