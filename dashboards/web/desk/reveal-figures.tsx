import { Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Statistics } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';

/** How alerts ended. */
export function StateFigures({ states }: { states: Statistics['states'] }) {
  const { t } = useTranslation(['desk', 'triage']);
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="states">
      <Heading2 id="states">{t('states.title')}</Heading2>
      <DataTable
        caption={t('states.caption')}
        columns={[{ title: t('states.state') }, { title: t('states.alerts'), isNumber: true }]}
        rows={states.map(({ state, alerts }) => [
          t(`triage:status.${state}`),
          format.count(alerts),
        ])}
      />
    </section>
  );
}

/** What was asked for and what was refused: the control of the controllers. */
export function RevealFigures({ of }: { of: Statistics }) {
  const { t } = useTranslation('desk');
  const format = useFormat();
  const rows: [string, number][] = [
    [t('reveals.requested'), of.reveals.requested],
    [t('reveals.granted'), of.reveals.granted],
    [t('reveals.refused'), of.reveals.refused],
    [t('reveals.open'), of.reveals.open],
    [t('reveals.samePerson'), of.refusals.samePerson],
    [t('reveals.conflict'), of.refusals.conflictOfInterest],
    [t('reveals.notAllowed'), of.refusals.notAllowed],
  ];
  return (
    <section className="card" aria-labelledby="reveal-figures">
      <Heading2 id="reveal-figures">{t('reveals.title')}</Heading2>
      <DataTable
        caption={t('reveals.caption')}
        columns={[{ title: t('reveals.what') }, { title: t('reveals.count'), isNumber: true }]}
        rows={rows.map(([what, count]) => [what, format.count(count)])}
      />
    </section>
  );
}
