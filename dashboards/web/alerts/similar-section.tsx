import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { similarQuery } from '../data/alerts.ts';
import { useFormat } from '../shell/format.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';
import { TRIAGE_STATES } from './filters.ts';

/** Alerts that look alike and how they ended: what colleagues found before is the best help there is. */
export function SimilarSection({ alertId }: { alertId: string }) {
  const { t } = useTranslation(['alert', 'triage']);
  const format = useFormat();
  const titleOf = useTypologyTitle();
  const { data, error, isPending, refetch } = useQuery(similarQuery(alertId));
  if (isPending) return <Loading />;
  if (error !== null) return <ProblemNotice problem={error} retry={() => void refetch()} />;
  const ended = TRIAGE_STATES.flatMap((state) => {
    const count = data.outcomes[state] ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
  return (
    <section className="card" aria-labelledby="similar">
      <Heading2 id="similar">{t('similar')}</Heading2>
      {data.items.length === 0 ? (
        <Paragraph>{t('similarNone')}</Paragraph>
      ) : (
        <ul className="plain-list">
          {data.items.map((alert) => (
            <li key={alert.alertId}>
              <Link
                to="/alerts/$alertId"
                params={{ alertId: alert.alertId }}
                className="utrecht-link"
              >
                {titleOf(alert.typology)}
              </Link>
              , {format.date(alert.openedAt)}: {t(`triage:status.${alert.status}`)}
              <span className="soft small">
                {' '}
                ({alert.because.map((b) => t(`because.${b}`)).join(', ')})
              </span>
            </li>
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <>
          <Heading3>{t('similarOutcomes')}</Heading3>
          <DataTable
            caption={t('similarOutcomes')}
            columns={[{ title: t('outcome') }, { title: t('number'), isNumber: true }]}
            rows={ended.map(({ state, count }) => [
              t(`triage:status.${state}`),
              format.count(count),
            ])}
          />
        </>
      )}
    </section>
  );
}
