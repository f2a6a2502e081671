import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { statisticsQuery } from '../data/oversight.ts';
import { may } from '../data/session.ts';
import type { Statistics } from '../data/shapes.ts';
import { TasksSection } from '../oversight/tasks-section.tsx';
import { SamplesSection } from '../samples/samples-section.tsx';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { SelectField } from '../ui/field.tsx';
import { TitleRow } from '../ui/title-row.tsx';
import { CoverageSection } from './coverage-section.tsx';
import { daysFrom, PERIODS } from './desk-filters.ts';
import { DetectorFigures } from './detector-figures.tsx';
import { RequestsSection } from './requests-section.tsx';
import { RevealFigures, StateFigures } from './reveal-figures.tsx';
import { SuppressionsSection } from './suppressions-section.tsx';

const route = getRouteApi('/desk');
const DAY_MS = 86_400_000;

/** Whether the control works and is fair. No group under five, no official, no ranking. */
export function DeskScreen() {
  const { t } = useTranslation('desk');
  useDocumentTitle(t('title'));
  const { days = 365 } = route.useSearch();
  const navigate = useNavigate();
  const session = useSession();
  // Whole days, so that the query keeps its key while the screen is open.
  const [now] = useState(() => Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  const period = {
    from: new Date(now - days * DAY_MS).toISOString(),
    to: new Date(now).toISOString(),
  };
  const { data, error, isPending, refetch } = useQuery(statisticsQuery(period));
  return (
    <>
      <TitleRow title={t('title')} lead={t('lead')}>
        <SelectField
          label={t('period')}
          value={String(days)}
          onChange={(value) => void navigate({ to: '/desk', search: { days: daysFrom(value) } })}
          options={PERIODS.map((d) => ({ value: String(d), label: t(`period_${d}`) }))}
        />
      </TitleRow>
      <DeskLinks />
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && <Figures of={data} />}
      <RequestsSection />
      {may(session, 'listTasks') && <TasksSection />}
      {data !== undefined && (
        <>
          <CoverageSection coverage={data.coverage} />
          <DetectorFigures detectors={data.detectors} />
          <div className="halves">
            <StateFigures states={data.states} />
            <RevealFigures of={data} />
          </div>
          <SuppressionsSection samples={data.suppressions.samples} />
          {may(session, 'listSamples') && <SamplesSection />}
        </>
      )}
    </>
  );
}

function Figures({ of }: { of: Statistics }) {
  const { t } = useTranslation('desk');
  const format = useFormat();
  const { medianHours } = of.timeToDecide;
  const figures: [string, string][] = [
    [t('figure.explained'), format.percent(of.explainedShare)],
    [
      t('figure.median'),
      medianHours === null
        ? '–'
        : t('hours', { count: medianHours, hours: format.count(Math.round(medianHours)) }),
    ],
    [t('figure.overdue'), format.count(of.timeToDecide.overdue)],
    [t('figure.reveals'), format.count(of.reveals.granted)],
    [t('figure.views'), format.count(of.reveals.views)],
    [t('figure.cases'), format.count(of.cases.open)],
  ];
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The other screens of whoever oversees, as far as this role has them. */
function DeskLinks() {
  const { t } = useTranslation('desk');
  const session = useSession();
  const links = [
    { to: '/coverage', operation: 'readCoverage', name: t('links.coverage') },
    { to: '/reports', operation: 'readReport', name: t('links.reports') },
    { to: '/exchange', operation: 'readBenchmark', name: t('links.exchange') },
    { to: '/retention', operation: 'readRetention', name: t('links.retention') },
  ] as const;
  return (
    <ul className="link-row no-print">
      {links
        .filter(({ operation }) => may(session, operation))
        .map(({ to, name }) => (
          <li key={to}>
            <Link to={to} className="utrecht-link">
              {name}
            </Link>
          </li>
        ))}
    </ul>
  );
}
