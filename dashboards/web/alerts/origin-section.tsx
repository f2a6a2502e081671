import { Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { AlertDetail } from '../data/shapes.ts';

/** With which settings and reference data this came about, so that it can be repeated. */
export function OriginSection({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation('alert');
  const detectors = Object.entries(alert.versions.detectors);
  return (
    <section className="card" aria-labelledby="origin">
      <Heading2 id="origin">{t('origin')}</Heading2>
      <dl className="facts">
        <Fact name={t('alertId')} value={alert.alertId} />
        <Fact name={t('configVersion')} value={alert.versions.config} />
        <Fact name={t('referenceVersion')} value={alert.versions.reference} />
        <Fact
          name={t('detectorVersions')}
          value={detectors.map(([detector, version]) => `${detector} ${version}`).join(', ')}
        />
      </dl>
    </section>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <code className="token">{value}</code>
    </dd>
  </div>
);
