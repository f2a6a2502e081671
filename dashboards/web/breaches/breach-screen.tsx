import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Heading1, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { breachQuery } from '../data/breaches.ts';
import { may } from '../data/session.ts';
import type { Breach } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { Tag } from '../ui/marks.tsx';
import { ClockCard } from './clock-card.tsx';
import { CourseSection, DocumentsSection } from './course-section.tsx';
import { FactsSection } from './facts-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import { PeopleSection } from './people-section.tsx';

const route = getRouteApi('/breaches/$breachId');

/** One breach file: its clock, what is known, what was told to whom. Steps are added, nothing is changed. */
export function BreachScreen() {
  const { t } = useTranslation('breaches');
  const { breachId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(breachQuery(breachId));
  useDocumentTitle(data?.what ?? t('one'));
  return (
    <>
      <BackLink to="/breaches" text={t('back')} />
      {isPending && (
        <>
          <Heading1>{t('one')}</Heading1>
          <Loading />
        </>
      )}
      {error !== null && (
        <>
          <Heading1>{t('one')}</Heading1>
          <ProblemNotice problem={error} retry={() => void refetch()} />
        </>
      )}
      {data !== undefined && <BreachView of={data} />}
    </>
  );
}

function BreachView({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const session = useSession();
  return (
    <>
      <div className="title-row">
        <Heading1>{of.what ?? t('one')}</Heading1>
        <p className="marks">
          <Tag tone={of.closedAt === null ? undefined : 'ok'}>
            {of.closedAt === null ? t('isOpen') : t('isClosed')}
          </Tag>
        </p>
      </div>
      <Paragraph className="soft">
        {t('opened', { at: format.instant(of.openedAt) })}
        {of.caseId !== null && (
          <>
            {' '}
            <Link to="/cases/$caseId" params={{ caseId: of.caseId }} className="utrecht-link">
              {t('toCase')}
            </Link>
          </>
        )}
      </Paragraph>
      <ClockCard of={of} />
      <NotificationsSection of={of} />
      <PeopleSection of={of} />
      <FactsSection of={of} />
      {may(session, 'recordBreachStep') && <CourseSection of={of} />}
      {may(session, 'readBreachDocuments') && <DocumentsSection of={of} />}
    </>
  );
}
