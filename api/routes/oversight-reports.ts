import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { reportPdf } from '../../evidence/pdf.ts';
import { toMarkdown } from '../../review/reports/markdown.ts';
import { route } from '../route.ts';
import { Report, ReportParams, ReportQuery, Retention } from '../schemas/oversight-reports.ts';
import type { RouteDeps } from '../seen.ts';

export function oversightReportRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { desk } = deps;
  const request = { params: ReportParams, query: ReportQuery };
  route(app, 'readReport', {
    summary: 'Monthly, yearly or works council report, as parts and as Markdown',
    ...request,
    response: Report,
    async handler({ params: { kind }, query: { period = null, language } }) {
      const made = await desk.report({ kind, period, language });
      const { title, madeAt, blocks } = made;
      return { ...{ kind, title, language, madeAt, blocks }, markdown: toMarkdown(made) };
    },
  });
  route(app, 'downloadReport', {
    summary: 'The same report as an accessible PDF',
    ...request,
    produces: 'application/pdf',
    response: z.any().meta({ type: 'string', format: 'binary' }),
    async handler({ params: { kind }, query: { period = null, language }, reply }) {
      const made = await desk.report({ kind, period, language });
      const name = `${kind}${period === null ? '' : `-${period}`}-${language}.pdf`;
      reply.type('application/pdf').header('Content-Disposition', `attachment; filename="${name}"`);
      return reportPdf(made);
    },
  });
  route(app, 'readRetention', {
    summary: 'How long each kind is kept, what is due and held now, and what runs erased',
    response: Retention,
    handler: () => desk.retention(),
  });
}
