import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { referenceQuery, sourcesQuery, statusQuery } from '../data/operations.ts';
import { may } from '../data/session.ts';
import type { Source, Status } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Instant } from '../ui/instant.tsx';
import { Tag } from '../ui/marks.tsx';
import { DeadLetters } from './dead-letters.tsx';

/** What was read and what was not: a quiet day and a silent source must not look the same. */
export function SourcesScreen() {
  const { t } = useTranslation('sources');
  useDocumentTitle(t('title'));
  const session = useSession();
  const status = useQuery(statusQuery);
  const sources = useQuery(sourcesQuery);
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {may(session, 'trySource') && (
        <p className="no-print">
          <Link to="/sources/try" className="utrecht-link">
            {t('try.open')}
          </Link>
        </p>
      )}
      {status.error !== null && <ProblemNotice problem={status.error} />}
      {status.data !== undefined && <StatusFigures status={status.data} />}
      {sources.isPending && <Loading />}
      {sources.error !== null && (
        <ProblemNotice problem={sources.error} retry={() => void sources.refetch()} />
      )}
      {sources.data !== undefined && <SourceTable sources={sources.data.items} />}
      {may(session, 'readReference') && <ReferenceSection />}
      {may(session, 'listDeadLetters') && <DeadLetters />}
    </>
  );
}

function StatusFigures({ status }: { status: Status }) {
  const { t } = useTranslation('sources');
  const format = useFormat();
  const figures: [string, string][] = [
    [t('figure.events'), format.count(status.events)],
    [t('figure.perSecond'), format.count(status.eventsPerSecond)],
    [t('figure.duplicates'), format.count(status.duplicates)],
    [t('figure.deadLetters'), format.count(status.deadLetters)],
    [t('figure.budget'), status.budget === null ? '–' : format.count(status.budget)],
  ];
  return (
    <>
      {!status.isRunning && (
        <Alert type="warning" role="note">
          <Paragraph>{t('stopped')}</Paragraph>
        </Alert>
      )}
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const TONES = { fresh: 'ok', late: undefined, silent: 'bad' } as const;
const nameOf = (source: Source): string =>
  source.instance === '' ? source.system : `${source.system} (${source.instance})`;

function SourceTable({ sources }: { sources: readonly Source[] }) {
  const { t } = useTranslation('sources');
  const format = useFormat();
  if (sources.length === 0)
    return (
      <EmptyState title={t('table')}>
        <Paragraph>{t('none')}</Paragraph>
      </EmptyState>
    );
  const gaps = sources.flatMap((source) =>
    source.gaps.map((gap) => ({ system: nameOf(source), ...gap })),
  );
  return (
    <section className="card" aria-labelledby="sources">
      <Heading2 id="sources">{t('table')}</Heading2>
      <DataTable
        caption={t('caption')}
        columns={[
          { title: t('system') },
          { title: t('stateLabel') },
          { title: t('last') },
          { title: t('events'), isNumber: true },
          { title: t('today'), isNumber: true },
          { title: t('gapsShort'), isNumber: true },
          { title: t('missing'), isNumber: true },
          { title: t('lettersShort'), isNumber: true },
        ]}
        rows={sources.map((source) => [
          nameOf(source),
          <Tag key="state" tone={TONES[source.state]}>
            {t(`state.${source.state}`)}
          </Tag>,
          source.lastEventAt === null ? t('never') : <Instant key="last" at={source.lastEventAt} />,
          format.count(source.events),
          format.count(source.eventsToday),
          format.count(source.gaps.length),
          source.missingSequence === null ? t('notNumbered') : format.count(source.missingSequence),
          format.count(source.deadLetters),
        ])}
      />
      {gaps.length > 0 && (
        <>
          <p>
            <HelpTerm term="gap">{t('gapList')}</HelpTerm>
          </p>
          <ul className="plain-list">
            {gaps.slice(0, 20).map((gap) => (
              <li key={`${gap.system}-${gap.from}`}>
                {t('gap', {
                  system: gap.system,
                  from: format.instant(gap.from),
                  to: format.instant(gap.to),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ReferenceSection() {
  const { t, i18n } = useTranslation('sources');
  const format = useFormat();
  const { data, error } = useQuery(referenceQuery);
  const sayFile = (file: string): string => {
    const key = `sources:reference.names.${file}`;
    return i18n.exists(key) ? String(i18n.t(key as never)) : file;
  };
  return (
    <section className="card" aria-labelledby="reference">
      <Heading2 id="reference">{t('reference.title')}</Heading2>
      <Paragraph>{t('reference.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data !== undefined && (
        <>
          <dl className="facts">
            <div>
              <dt>{t('reference.officials')}</dt>
              <dd>{format.count(data.officials)}</dd>
            </div>
            <div>
              <dt>{t('reference.population')}</dt>
              <dd>{format.count(data.population)}</dd>
            </div>
            <div>
              <dt>{t('reference.version')}</dt>
              <dd>
                <code className="token">{data.version}</code>
              </dd>
            </div>
          </dl>
          <DataTable
            caption={t('reference.title')}
            columns={[{ title: t('reference.file') }, { title: t('reference.delivered') }]}
            rows={Object.entries(data.delivered).map(([file, isDelivered]) => [
              sayFile(file),
              isDelivered ? t('reference.yes') : t('reference.no'),
            ])}
          />
        </>
      )}
    </section>
  );
}
