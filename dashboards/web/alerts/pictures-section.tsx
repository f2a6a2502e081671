import { useQuery } from '@tanstack/react-query';
import { Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { EnumerationStrip } from '../charts/enumeration-strip.tsx';
import { type HourCount, HourHeatmap } from '../charts/hour-heatmap.tsx';
import { KinPath } from '../charts/kin-path.tsx';
import { PairHistory, type PairMonth } from '../charts/pair-history.tsx';
import { SubjectTimeline } from '../charts/subject-timeline.tsx';
import { VolumeChart } from '../charts/volume-chart.tsx';
import { picturesQuery } from '../data/alerts.ts';
import type { AlertDetail, Lookup, Pictures } from '../data/shapes.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';

/** Typologies for which the pace of the lookups says something. */
const PACED = new Set(['enumeration', 'search-fishing', 'bulk-export', 'denied-probing']);
const MIN_STRIP = 5;

/** Each reason as a picture; what the server has no picture of is not drawn. */
export function PicturesSection(props: { alert: AlertDetail; lookups: readonly Lookup[] }) {
  const { alert, lookups } = props;
  const { t } = useTranslation(['alert', 'words']);
  const { data, error, isPending, refetch } = useQuery(picturesQuery(alert.alertId));
  const isPaced = PACED.has(alert.typology) && lookups.length >= MIN_STRIP;
  if (isPending) return <Loading />;
  if (error !== null) return <ProblemNotice problem={error} retry={() => void refetch()} />;
  if (isEmpty(data) && !isPaced) return null;
  return (
    <section className="card" aria-labelledby="pictures">
      <Heading2 id="pictures">{t('pictures')}</Heading2>
      <Kin kin={data.kin} />
      {data.daily !== null && data.daily.days.length > 0 && (
        <VolumeChart
          title={t('volume')}
          days={data.daily.days.map((d) => ({
            day: d.day,
            own: d.lookups,
            usual: d.own?.median ?? null,
            peerLow: d.peers?.low ?? null,
            peerHigh: d.peers?.high ?? null,
          }))}
          marked={data.daily.days.filter((d) => d.isInAlert).map((d) => d.day)}
          unit={t('words:unit.lookups')}
        />
      )}
      {data.hours !== null && <HourHeatmap title={t('hours')} hours={hoursOf(data.hours)} />}
      {isPaced && <EnumerationStrip title={t('run')} lookups={lookups} />}
      {data.timelines
        .filter((timeline) => timeline.lookups.length > 0)
        .map((timeline) => (
          <SubjectTimeline
            key={timeline.subjectNumber}
            title={numbered(t('timeline'), timeline.subjectNumber, data.timelines.length)}
            lookups={timeline.lookups}
            isCut={timeline.isCut}
          />
        ))}
      {data.pairs
        .filter((pair) => pair.days.length > 0)
        .map((pair) => (
          <PairHistory
            key={pair.subjectNumber}
            title={numbered(t('pair'), pair.subjectNumber, data.pairs.length)}
            months={monthsOf(pair.days, alert)}
          />
        ))}
    </section>
  );
}

function Kin({ kin }: { kin: Pictures['kin'] }) {
  const { t, i18n } = useTranslation('alert');
  const language = i18n.language === 'en' ? 'en' : 'nl';
  return kin.map((path) => (
    <KinPath
      key={path.subjectNumber}
      title={numbered(t('kin'), path.subjectNumber, kin.length)}
      kind={path.path[language]}
      degree={path.degree}
      steps={path.steps.map((step) => step[language])}
    />
  ));
}

const isEmpty = (data: Pictures): boolean =>
  data.daily === null &&
  data.hours === null &&
  data.kin.length === 0 &&
  data.timelines.every((timeline) => timeline.lookups.length === 0) &&
  data.pairs.every((pair) => pair.days.length === 0);

const numbered = (title: string, number: number, of: number): string =>
  of > 1 ? `${title} (${number})` : title;

const hoursOf = (hours: NonNullable<Pictures['hours']>): HourCount[] =>
  hours.usual.map((count, i) => ({
    weekday: Math.floor(i / 24),
    hour: i % 24,
    count,
    inAlert: hours.alert[i] ?? 0,
  }));

/** Days to months; a day between the first and the last lookup of the alert counts as in it. */
function monthsOf(days: Pictures['pairs'][number]['days'], alert: AlertDetail): PairMonth[] {
  const months = new Map<string, PairMonth>();
  const [from, to] = [alert.firstEventAt.slice(0, 10), alert.lastEventAt.slice(0, 10)];
  for (const { day } of days) {
    const key = day.slice(0, 7);
    const [year, month] = key.split('-').map(Number);
    const found = months.get(key) ?? { year: year ?? 0, month: month ?? 1, days: 0, inAlert: 0 };
    found.days++;
    if (day >= from && day <= to) found.inAlert++;
    months.set(key, found);
  }
  return [...months.values()];
}
