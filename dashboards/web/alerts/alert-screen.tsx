import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertHistoryQuery, alertQuery, lookupsQuery } from '../data/alerts.ts';
import { may } from '../data/session.ts';
import type { AlertDetail } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { HistoryList } from '../ui/history-list.tsx';
import { ConfidentialMark, SeverityMark, useTypologyTitle } from '../ui/marks.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { FactsList } from './facts-list.tsx';
import { HandlePanel } from './handle-panel.tsx';
import { InnocentSection } from './innocent-section.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { LookupsSection } from './lookups-section.tsx';
import { ConfidentialNotice, Notice } from './notice.tsx';
import { OriginSection } from './origin-section.tsx';
import { PicturesSection } from './pictures-section.tsx';
import { SimilarSection } from './similar-section.tsx';
import { SoughtSection } from './sought-section.tsx';
import { TriageDialog } from './triage-dialog.tsx';
import { useTriage } from './use-triage.ts';
import { WhySection } from './why-section.tsx';

const route = getRouteApi('/alerts/$alertId');

/** One alert: why it stands out, compared with what, and what may innocently explain it. */
export function AlertScreen() {
  const { alertId } = route.useParams();
  const { t } = useTranslation('alert');
  const { data, error, isPending, refetch } = useQuery(alertQuery(alertId));
  const titleOf = useTypologyTitle();
  useDocumentTitle(data === undefined ? t('title') : titleOf(data.typology));
  return (
    <>
      <p className="crumb no-print">
        <Link to="/alerts" className="utrecht-link">
          {t('back')}
        </Link>
      </p>
      {isPending && <Loading />}
      {error !== null && (
        <>
          <Heading1>{t('title')}</Heading1>
          <ProblemNotice problem={error} retry={() => void refetch()} />
        </>
      )}
      {data !== undefined && <AlertView key={data.alertId} alert={data} />}
    </>
  );
}

function AlertView({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation('alert');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  const session = useSession();
  const navigate = useNavigate();
  const triage = useTriage(session);
  const [dialog, setDialog] = useState<'keys' | 'decide' | null>(null);
  const lookups = useInfiniteQuery(lookupsQuery(alert.alertId));
  const rows = lookups.data?.pages.flatMap((page) => page.items) ?? [];
  const canAct = may(session, 'triageAlert') && alert.next.length > 0;
  const assign = (): void => void triage.assign([alert]);
  const decide = (): void => setDialog('decide');
  useShortcuts({
    u: () => void navigate({ to: '/alerts' }),
    '?': () => setDialog('keys'),
    ...(canAct ? { a: assign, d: decide } : {}),
  });
  return (
    <article>
      <Heading1>{titleOf(alert.typology)}</Heading1>
      <p className="marks">
        <SeverityMark severity={alert.severity} />
        <ConfidentialMark of={alert} />
        <span>
          <HelpTerm term="score">{t('score', { score: format.whole(alert.score) })}</HelpTerm>
        </span>
      </p>
      {triage.said !== null && (
        <p role="status" className="said">
          {triage.said}
        </p>
      )}
      {triage.problem !== null && dialog === null && <ProblemNotice problem={triage.problem} />}
      <div className="columns">
        <div>
          <WhySection reasons={alert.reasons} />
          <section className="card" aria-labelledby="facts">
            <Heading2 id="facts">{t('facts')}</Heading2>
            <FactsList alert={alert} />
          </section>
          <PicturesSection alert={alert} lookups={rows} />
          {lookups.error !== null && <ProblemNotice problem={lookups.error} />}
          {rows.length > 0 && (
            <LookupsSection
              lookups={rows}
              loadMore={lookups.hasNextPage ? () => void lookups.fetchNextPage() : null}
            />
          )}
          <SoughtSection explanation={alert.explanation} />
          <SimilarSection alertId={alert.alertId} />
          <AlertHistory alertId={alert.alertId} />
          <OriginSection alert={alert} />
        </div>
        <aside aria-label={t('triage')}>
          <HandlePanel alert={alert} isBusy={triage.isBusy} assign={assign} decide={decide} />
          <InnocentSection typology={alert.typology} />
          {alert.isConfidential && <ConfidentialNotice />}
          <Notice />
        </aside>
      </div>
      {dialog === 'keys' && <KeysDialog onClose={() => setDialog(null)} />}
      {dialog === 'decide' && (
        <TriageDialog
          count={1}
          allowed={alert.next}
          isBusy={triage.isBusy}
          problem={triage.problem}
          onClose={() => setDialog(null)}
          onSubmit={(outcome, reason) =>
            void triage.decide([alert], outcome, reason).then((isDone) => isDone && setDialog(null))
          }
        />
      )}
    </article>
  );
}

function AlertHistory({ alertId }: { alertId: string }) {
  const { t } = useTranslation('alert');
  const { data, error } = useQuery(alertHistoryQuery(alertId));
  return (
    <section className="card" aria-labelledby="history">
      <Heading2 id="history">{t('history')}</Heading2>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.items.length === 0 && <Paragraph>{t('historyNone')}</Paragraph>}
      {data !== undefined && <HistoryList entries={data.items} />}
    </section>
  );
}
