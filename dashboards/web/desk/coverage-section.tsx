import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Statistics } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';

/** The share of lookups with known work, per system: when it falls, the delivery is to be looked at first. */
export function CoverageSection({ coverage }: { coverage: Statistics['coverage'] }) {
  const { t } = useTranslation('desk');
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="coverage">
      <Heading2 id="coverage">{t('coverage.title')}</Heading2>
      <DataTable
        caption={t('coverage.caption')}
        columns={[
          { title: t('coverage.system') },
          { title: t('coverage.picture') },
          { title: t('coverage.lookups'), isNumber: true },
          { title: t('coverage.own'), isNumber: true },
          { title: t('coverage.team'), isNumber: true },
          { title: t('coverage.unexplained'), isNumber: true },
          { title: t('coverage.cannotJudge'), isNumber: true },
        ]}
        rows={coverage.map((row) => [
          row.system,
          <ShareBar
            key="bar"
            own={row.events === 0 ? 0 : row.explained / row.events}
            team={row.events === 0 ? 0 : (row.explained + row.withTeam) / row.events}
            name={t('coverage.bar', {
              own: format.share(row.explained, row.events),
              team: format.share(row.withTeam, row.events),
            })}
          />,
          format.count(row.events),
          format.share(row.explained, row.events),
          format.share(row.withTeam, row.events),
          format.share(row.unexplained, row.events),
          format.share(row.cannotJudge, row.events),
        ])}
      />
      <Paragraph className="soft small">{t('coverage.help')}</Paragraph>
    </section>
  );
}

/** The share of own work and, behind it, that of own and team work together; both 0 to 1. */
function ShareBar({ own, team, name }: { own: number; team: number; name: string }) {
  return (
    <svg
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      className="bar"
      role="img"
      aria-label={name}
    >
      <rect width="100" height="10" className="bar__ground" />
      <rect width={100 * team} height="10" className="bar__part--soft" />
      <rect width={100 * own} height="10" className="bar__part" />
    </svg>
  );
}
