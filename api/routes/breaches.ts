import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { type Breach as BreachFile, mustDecideAgain } from '../../review/breach/breach.ts';
import {
  allBreaches,
  breachById,
  openBreach,
  recordBreachStep,
} from '../../review/breach/breach-work.ts';
import { clockOf, escalationsDue } from '../../review/breach/clock.ts';
import {
  accountMarkdown,
  accountOfFacts,
  draftMarkdown,
  notificationDraft,
} from '../../review/breach/documents.ts';
import { causeTrends, registerCsv, registerRow } from '../../review/breach/register.ts';
import { caseFold } from '../../review/case.ts';
import { caseFor, maySee } from '../../review/case-work.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import { pageOf } from '../paging.ts';
import { route } from '../route.ts';
import {
  Breach,
  BreachDocuments,
  BreachPage,
  BreachParams,
  BreachQuery,
  BreachRegister,
  BreachStep,
  NewBreach,
} from '../schemas/breaches.ts';
import type { RouteDeps } from '../seen.ts';

type Numbered = BreachFile & { sequence: number };

export function breachRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  /** A case that the reader may not know of is not named by its breach file either. */
  const view = (by: Reviewer, breach: Numbered): z.output<typeof Breach> => {
    const { caseId } = breach;
    // An auditor sees that a case is there, as in the list of holds, not what it is about.
    const reader = by.role === 'auditor' ? ({ ...by, role: 'fg' } as const) : by;
    const isKnown =
      caseId !== null && maySee(deps, reader, journal.state(caseFold, 'case', caseId));
    return { ...toView(breach, journal.now()), caseId: isKnown ? caseId : null };
  };
  route(app, 'listBreaches', {
    summary: 'Breach files, newest first, each with its clock',
    query: BreachQuery,
    response: BreachPage,
    handler({ query, reviewer }) {
      const found = allBreaches(journal)
        .filter((b) => !query.onlyOpen || b.closedAt === null)
        .reverse();
      const { items, nextCursor } = pageOf(
        ...([found, (b: Numbered) => b.breachId, query.cursor, query.limit] as const),
      );
      return { items: items.map((b) => view(reviewer, b)), nextCursor };
    },
  });
  route(app, 'openBreach', {
    summary: 'Opens a breach file, from a case or by hand; its clock is proposed at once',
    body: NewBreach,
    status: 201,
    response: Breach,
    async handler({ body, reviewer, touches }) {
      if (body.caseId !== null) caseFor(deps, reviewer, body.caseId);
      const opened = await openBreach(journal, reviewer, body);
      touches(opened.breachId);
      return view(reviewer, opened);
    },
  });
  route(app, 'readBreach', {
    summary: 'One breach file, its clock and whom it asks for what',
    params: BreachParams,
    response: Breach,
    handler: ({ params, reviewer }) => view(reviewer, breachById(journal, params.breachId)),
  });
  route(app, 'recordBreachStep', {
    summary: 'Adds a step: a signal, facts, a decision, a notification; nothing is ever changed',
    params: BreachParams,
    body: BreachStep,
    response: Breach,
    async handler({ params, body, reviewer, expected }) {
      const { breachId } = params;
      const step = await recordBreachStep(journal, reviewer, breachId, body.step, expected);
      return view(reviewer, step);
    },
  });
  route(app, 'readBreachDocuments', {
    summary: 'Draft notification by the sections of the form, and the account of facts',
    params: BreachParams,
    response: BreachDocuments,
    handler({ params }) {
      const breach = breachById(journal, params.breachId);
      const draft = notificationDraft(breach, '');
      const { isComplete, missing, sections } = draft;
      return {
        notification: { isComplete, missing, sections, markdown: draftMarkdown(draft) },
        account: { lines: accountOfFacts(breach), markdown: accountMarkdown(breach) },
      };
    },
  });
  route(app, 'readBreachRegister', {
    summary: 'The register of all breaches, as rows and CSV, with trends by cause',
    response: BreachRegister,
    handler() {
      const all = allBreaches(journal);
      return {
        rows: all.map(registerRow),
        csv: registerCsv(all),
        trends: causeTrends(all, journal.now()),
      };
    },
  });
}

function toView(breach: Numbered, now: number): z.output<typeof Breach> {
  const { facts, breachId, sequence, openedAt, caseId, awareAt, closedAt } = breach;
  return {
    ...{ breachId, sequence, openedAt, caseId, awareAt, closedAt },
    what: facts.what ?? null,
    cause: facts.cause ?? null,
    risk: facts.risk ?? null,
    peopleMost: facts.people?.most ?? null,
    clock: clockOf(breach, now),
    escalations: escalationsDue(breach, now),
    informDecisions: breach.informDecisions.map(({ delay, ...d }) => ({
      ...{ version: d.version, at: d.at, decision: d.decision, risk: d.risk },
      ...{ factsKnown: d.factsKnown, advice: d.advice, reasons: d.reasons },
      delayUntil: delay?.until ?? null,
    })),
    mustDecideAgain: mustDecideAgain(breach),
    informed: breach.informed.reduce((n, i) => n + i.number, 0),
    ...{ facts, awareReason: breach.awareReason, firstSignalAt: breach.firstSignalAt },
    notifications: breach.notifications.map((n) => ({
      ...{ phase: n.phase, sentAt: n.sentAt, number: n.number, lateReason: n.lateReason },
    })),
    ...{ notNotifiable: breach.notNotifiable, tellings: breach.informed },
  };
}
