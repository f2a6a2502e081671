import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import {
  decideRequest,
  exportsQuery,
  type RequestKind,
  revealsQuery,
  suppressionsQuery,
} from '../data/cases.ts';
import { detectorChangesQuery, shadowRunsQuery } from '../data/operations.ts';
import { may } from '../data/session.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { DecideForm } from '../ui/decide-form.tsx';

const WAITING = { state: 'requested' } as const;
const TOUCHES = [
  'reveals',
  'exports',
  'suppressions',
  'detector-changes',
  'shadow-runs',
  'statistics',
  'case',
];
type Waiting = {
  kind: RequestKind;
  id: string;
  sequence: number;
  caseId: string | null;
  text: string;
  by: string;
  at: string;
};

/** Everything that this reviewer may be the second person for, in one place. */
export function RequestsSection() {
  const { t } = useTranslation('desk');
  const format = useFormat();
  const session = useSession();
  const reveals = useQuery({ ...revealsQuery(WAITING), enabled: may(session, 'listReveals') });
  const exports = useQuery({ ...exportsQuery(WAITING), enabled: may(session, 'listExports') });
  const suppressions = useQuery({
    ...suppressionsQuery(WAITING),
    enabled: may(session, 'listSuppressions'),
  });
  const changes = useQuery({
    ...detectorChangesQuery('requested'),
    enabled: may(session, 'listDetectorChanges'),
  });
  const shadows = useQuery({ ...shadowRunsQuery, enabled: may(session, 'listShadowRuns') });
  const waiting: Waiting[] = [
    ...(reveals.data?.items ?? [])
      .filter((r) => r.mayApprove)
      .map((r) => of('reveals', r.revealId, r.caseId, r.text, r)),
    ...(exports.data?.items ?? [])
      .filter((e) => e.mayApprove)
      .map((e) => of('exports', e.exportId, e.caseId, e.reason, e)),
    ...(suppressions.data?.items ?? [])
      .filter((s) => s.mayApprove)
      .map((s) => of('suppressions', s.suppressionId, null, s.text, s)),
    ...(changes.data?.items ?? [])
      .filter((c) => c.mayApprove)
      .map((c) => of('detector-changes', c.changeId, null, c.reason, c)),
    ...(shadows.data?.items ?? [])
      .filter((s) => s.mayApprove)
      .map((s) => of('shadow-runs', s.shadowId, null, s.reason, s)),
  ].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <section className="card" aria-labelledby="requests">
      <Heading2 id="requests">{t('requests.title')}</Heading2>
      {waiting.length === 0 && <Paragraph>{t('requests.none')}</Paragraph>}
      {waiting.map(({ kind, id, sequence, caseId, text, by, at }) => (
        <div key={id} className="entry">
          <Heading3>{t(`requests.kind.${kind}`)}</Heading3>
          <p className="quote">{text}</p>
          <p className="soft small">{t('requests.by', { by, at: format.instant(at) })}</p>
          {caseId !== null && (
            <p>
              <Link to="/cases/$caseId" params={{ caseId }} className="utrecht-link">
                {t('requests.case')}
              </Link>
            </p>
          )}
          <DecideForm
            touches={TOUCHES}
            decide={(isApproved, reason) =>
              decideRequest(kind, { id, sequence }, isApproved, reason)
            }
          />
        </div>
      ))}
    </section>
  );
}

const of = (
  kind: RequestKind,
  id: string,
  caseId: string | null,
  text: string,
  asked: { requestedBy: { name: string }; requestedAt: string; sequence: number },
): Waiting => ({
  kind,
  id,
  sequence: asked.sequence,
  caseId,
  text,
  by: asked.requestedBy.name,
  at: asked.requestedAt,
});
