import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Alert, Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { caseHistoryQuery, caseQuery } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { HistoryList } from '../ui/history-list.tsx';
import { ConfidentialMark, Tag } from '../ui/marks.tsx';
import { Token } from '../ui/token.tsx';
import { WatchesOfCase } from '../watches/watch-request.tsx';
import { CaseAlerts } from './case-alerts.tsx';
import { CaseFacts } from './case-facts.tsx';
import { ClosingSection } from './closing-section.tsx';
import { ExportsSection } from './exports-section.tsx';
import { HearingSection } from './hearing-section.tsx';
import { NotesSection } from './notes-section.tsx';
import { RevealsSection } from './reveals-section.tsx';

const route = getRouteApi('/cases/$caseId');

/** One case: what it is about, what was done, what is still to be done, and by whom. */
export function CaseScreen() {
  const { caseId } = route.useParams();
  const { t } = useTranslation('cases');
  const { data, error, isPending, refetch } = useQuery(caseQuery(caseId));
  // The title of a case stays out of the title bar: a browser keeps a history of those.
  useDocumentTitle(t('column.case'));
  return (
    <>
      <p className="crumb no-print">
        <Link to="/cases" className="utrecht-link">
          {t('back')}
        </Link>
      </p>
      {isPending && <Loading />}
      {error !== null && (
        <>
          <Heading1>{t('column.case')}</Heading1>
          <ProblemNotice problem={error} retry={() => void refetch()} />
        </>
      )}
      {data !== undefined && <CaseView key={data.caseId} of={data} />}
    </>
  );
}

function CaseView({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  return (
    <article>
      <Heading1>{of.title}</Heading1>
      <p className="marks">
        <Tag>{t(`state.${of.state}`)}</Tag>
        {of.isSilent && <Tag tone="bad">{t('silent')}</Tag>}
        <ConfidentialMark of={of} />
      </p>
      {of.state === 'closed' && of.disposition !== null && (
        <Alert type="info" role="note">
          <Paragraph>
            {t('close.closed', { disposition: t(`disposition.${of.disposition}`) })}
          </Paragraph>
        </Alert>
      )}
      <div className="columns">
        <div>
          <WhoSection of={of} />
          <CaseAlerts of={of} />
          <HearingSection of={of} />
          <RevealsSection of={of} />
          {may(session, 'listExports') && <ExportsSection of={of} />}
          {may(session, 'listWatches') && <WatchesOfCase of={of} />}
          <NotesSection of={of} />
          <ClosingSection of={of} />
          {may(session, 'readCaseHistory') && <CaseHistory caseId={of.caseId} />}
        </div>
        <aside aria-label={t('facts')}>
          <CaseFacts of={of} />
          <section className="card" aria-labelledby="saw">
            <Heading2 id="saw">{t('saw')}</Heading2>
            {may(session, 'listReviewLog') ? (
              <p>
                <Link to="/log" search={{ objectId: of.caseId }} className="utrecht-link">
                  {t('sawLink')}
                </Link>
              </p>
            ) : (
              <Paragraph>{t('sawNone')}</Paragraph>
            )}
          </section>
        </aside>
      </div>
    </article>
  );
}

function WhoSection({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const groups = [
    { name: t('officials'), tokens: of.actors },
    { name: t('persons'), tokens: of.subjects },
  ];
  return (
    <section className="card" aria-labelledby="who">
      <Heading2 id="who">{t('who')}</Heading2>
      <dl className="facts">
        {groups.map(({ name, tokens }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tokens">
              {tokens.map(({ token }) => (
                <Token key={token} token={token} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function CaseHistory({ caseId }: { caseId: string }) {
  const { t } = useTranslation('cases');
  const { data, error } = useQuery(caseHistoryQuery(caseId));
  return (
    <section className="card" aria-labelledby="history">
      <Heading2 id="history">{t('history')}</Heading2>
      {error !== null && <ProblemNotice problem={error} />}
      {data !== undefined && <HistoryList entries={data.items} />}
    </section>
  );
}
