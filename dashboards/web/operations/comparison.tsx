import { Link } from '@tanstack/react-router';
import { Alert, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Backtest } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Tag, useTypologyTitle } from '../ui/marks.tsx';

type Comparison = NonNullable<Backtest['result']>;

/** What other settings would win and lose; what was confirmed and lost stands first. */
export function Compared({ of }: { of: Comparison }) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  return (
    <>
      <p className="lead">
        {t('backtest.result', {
          before: format.count(of.before),
          after: format.count(of.after),
          won: format.count(of.won.length),
          lost: format.count(of.lost.length),
        })}
      </p>
      <Paragraph className="soft">
        {t('backtest.same', {
          same: format.count(of.same),
          changed: format.count(of.changed),
          hidden: format.count(of.hiddenAfter),
        })}
      </Paragraph>
      {of.confirmedLost > 0 && (
        <Alert type="error" role="note">
          <Paragraph>{t('backtest.confirmedLost', { count: of.confirmedLost })}</Paragraph>
        </Alert>
      )}
      {of.lost.length > 0 && <Lost alerts={of.lost} />}
      {of.won.length > 0 && <Won alerts={of.won} />}
    </>
  );
}

function Lost({ alerts }: { alerts: Comparison['lost'] }) {
  const { t, i18n } = useTranslation('detectors');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  return (
    <>
      <Heading3>{t('backtest.lost')}</Heading3>
      <DataTable
        caption={t('backtest.lostCaption')}
        columns={[
          { title: t('backtest.alert') },
          { title: t('backtest.standing') },
          { title: t('backtest.lostWhy') },
          { title: t('backtest.score'), isNumber: true },
          { title: t('backtest.why') },
        ]}
        rows={alerts.map((alert) => [
          <Link
            key="alert"
            to="/alerts/$alertId"
            params={{ alertId: alert.alertId }}
            className="utrecht-link"
          >
            {titleOf(alert.typology)}
          </Link>,
          <Tag key="standing" tone={alert.standing === 'confirmed' ? 'bad' : undefined}>
            {t(`backtest.standings.${alert.standing}`)}
          </Tag>,
          t(`backtest.because.${alert.because}`),
          format.whole(alert.score),
          alert.reason[i18n.language === 'en' ? 'en' : 'nl'],
        ])}
      />
    </>
  );
}

function Won({ alerts }: { alerts: Comparison['won'] }) {
  const { t, i18n } = useTranslation('detectors');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  return (
    <>
      <Heading3>{t('backtest.won')}</Heading3>
      <DataTable
        caption={t('backtest.won')}
        columns={[
          { title: t('backtest.alert') },
          { title: t('backtest.score'), isNumber: true },
          { title: t('backtest.why') },
        ]}
        rows={alerts.map((alert) => [
          titleOf(alert.typology),
          format.whole(alert.score),
          alert.reason[i18n.language === 'en' ? 'en' : 'nl'],
        ])}
      />
    </>
  );
}
