import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LookupTable } from '../alerts/lookups-section.tsx';
import { MIN_REASON } from '../cases/case-words.ts';
import { may } from '../data/session.ts';
import type { Watch } from '../data/shapes.ts';
import { decideWatch, endWatch, watchLookupsQuery } from '../data/watches.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { DecideForm } from '../ui/decide-form.tsx';
import { Tag } from '../ui/marks.tsx';
import { ReasonForm } from '../ui/reason-form.tsx';
import { shortToken } from '../ui/token.tsx';
import { TellForms } from './tell-forms.tsx';

const TOUCHES = ['watches', 'tasks'];

/** One watch: what it rests on, where it stands, and the steps that this reader may take. */
export function WatchCard({ of, hasCase }: { of: Watch; hasCase: boolean }) {
  const { t } = useTranslation(['watches', 'cases']);
  const format = useFormat();
  const session = useSession();
  const name = t('of', { official: shortToken(of.actor) });
  const isOverdue = of.disclosure.state === 'overdue';
  const tellBy = of.disclosure.dueAt === null ? '' : format.date(of.disclosure.dueAt);
  return (
    <section className="card" aria-label={name}>
      <Heading2>{name}</Heading2>
      <p className="marks">
        <Tag tone={of.state === 'active' ? 'ok' : undefined}>{t(`state.${of.state}`)}</Tag>
        <Tag tone={isOverdue ? 'bad' : undefined}>
          {`${t(`telling.${of.disclosure.state}`)}${tellBy === '' ? '' : `: ${tellBy}`}`}
        </Tag>
      </p>
      <dl className="facts">
        <Fact name={t('ground')} value={t(`cases:ground.${of.ground}`)} />
        <Fact name={t('article')} value={of.protocolArticle} />
        <Fact name={t('dpia')} value={of.dpiaReference} />
        <Fact name={t('reason')} value={of.reason} />
        <Fact
          name={t('period')}
          value={
            of.from === null || of.until === null
              ? t('days', { count: of.days })
              : t('fromTo', { from: format.date(of.from), to: format.date(of.until) })
          }
        />
        <Fact
          name={t('asked')}
          value={t('askedBy', { by: of.requestedBy.name, at: format.date(of.requestedAt) })}
        />
        <Fact
          name={t('agreed')}
          value={of.approvals.length === 0 ? '–' : of.approvals.map((a) => a.by.name).join(', ')}
        />
        {of.disclosure.how !== null && <Fact name={t('told')} value={of.disclosure.how} />}
      </dl>
      {hasCase && (
        <p>
          <Link to="/cases/$caseId" params={{ caseId: of.caseId }} className="utrecht-link">
            {t('toCase')}
          </Link>
        </p>
      )}
      {of.mayApprove && (
        <DecideForm
          touches={TOUCHES}
          decide={(isApproved, reason) => decideWatch(of, isApproved, reason)}
        />
      )}
      {(of.state === 'active' || of.state === 'ended') && may(session, 'listWatchLookups') && (
        <Lookups watchId={of.watchId} />
      )}
      {of.state === 'active' && may(session, 'endWatch') && (
        <details className="entry no-print">
          <summary>{t('end')}</summary>
          <ReasonForm
            label={t('end')}
            min={MIN_REASON}
            touches={TOUCHES}
            step={(reason) => endWatch(of, reason)}
          />
        </details>
      )}
      {of.state === 'ended' && <TellForms of={of} />}
    </section>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd className="quote">{value}</dd>
  </div>
);

/** Only fetched when asked for: every look is recorded. */
function Lookups({ watchId }: { watchId: string }) {
  const { t } = useTranslation('watches');
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...watchLookupsQuery(watchId), enabled: isOpen });
  if (!isOpen)
    return (
      <div className="buttons no-print">
        <Button onClick={() => setOpen(true)}>{t('show')}</Button>
      </div>
    );
  return (
    <>
      <Heading3>{t('lookups')}</Heading3>
      {error !== null && <ProblemNotice problem={error} />}
      {data === undefined && error === null && <Loading />}
      {data?.lookups.length === 0 && <Paragraph>{t('noLookups')}</Paragraph>}
      {data !== undefined && data.lookups.length > 0 && (
        <LookupTable caption={t('lookups')} lookups={data.lookups} hasOfficials={false} />
      )}
      {data?.isCut === true && <Paragraph className="soft">{t('cut')}</Paragraph>}
    </>
  );
}
