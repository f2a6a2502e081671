import { useQuery } from '@tanstack/react-query';
import { Alert, Heading1, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { retentionQuery } from '../data/reports.ts';
import { may } from '../data/session.ts';
import type { Retention } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Instant } from '../ui/instant.tsx';

type Kind = Retention['kinds'][number];

/** How long each kind is kept, what is due and what a hold keeps, and proof of what was erased. */
export function RetentionScreen() {
  const { t } = useTranslation('retention');
  useDocumentTitle(t('title'));
  const session = useSession();
  const { data, error, isPending, refetch } = useQuery(retentionQuery);
  return (
    <>
      {may(session, 'readStatistics') && <BackLink to="/desk" text={t('back')} />}
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && <Overview of={data} />}
    </>
  );
}

function Overview({ of }: { of: Retention }) {
  const { t } = useTranslation('retention');
  const format = useFormat();
  return (
    <>
      {!of.isAutomatic && (
        <Alert type="warning" role="note">
          <Paragraph>{t('byHand')}</Paragraph>
        </Alert>
      )}
      <section className="card" aria-labelledby="periods">
        <Heading2 id="periods">{t('periods')}</Heading2>
        <p>
          <HelpTerm term="hold">{t('holds', { count: of.holds })}</HelpTerm>
        </p>
        <KindTable kinds={of.kinds} caption={t('caption')} isOverview />
      </section>
      <section className="card" aria-labelledby="runs">
        <Heading2 id="runs">{t('runs')}</Heading2>
        {of.runs.length === 0 && <Paragraph>{t('noRuns')}</Paragraph>}
        {of.runs.map((run) => (
          <div key={run.runId} className="entry">
            <Heading3>{t('run', { at: format.instant(run.at) })}</Heading3>
            <p className="soft small">
              {run.logUid === null ? t('unproven') : t('proven', { entry: run.logUid })}
            </p>
            <details>
              <summary>{t('whatErased')}</summary>
              <KindTable
                kinds={run.kinds}
                caption={t('runCaption', { at: format.instant(run.at) })}
              />
            </details>
          </div>
        ))}
      </section>
    </>
  );
}

function KindTable(props: { kinds: readonly Kind[]; caption: string; isOverview?: boolean }) {
  const { t, i18n } = useTranslation('retention');
  const format = useFormat();
  const { kinds, caption, isOverview = false } = props;
  const sayState = (state: string): string => {
    const key = `retention:state.${state}`;
    return state === ''
      ? ''
      : i18n.exists(key)
        ? `, ${String(i18n.t(key as never))}`
        : `, ${state}`;
  };
  return (
    <DataTable
      isWhole
      caption={caption}
      columns={[
        { title: t('kindLabel') },
        { title: t('kept') },
        { title: t('before') },
        ...(isOverview ? [{ title: t('due'), isNumber: true }] : []),
        { title: t('erased'), isNumber: true },
        { title: t('held'), isNumber: true },
      ]}
      rows={kinds.map((each) => [
        `${t(`kind.${each.kind}`)}${sayState(each.state)}`,
        each.days === null ? t('asLong') : t('days', { count: each.days }),
        each.before === null ? '–' : <Instant key="before" at={each.before} style="date" />,
        ...(isOverview ? [format.count(each.due)] : []),
        format.count(each.erased),
        format.count(each.held),
      ])}
    />
  );
}
