import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Statistics } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';

/** How often the alerts of each detector rightly asked for attention, with how sure that is. */
export function DetectorFigures({ detectors }: { detectors: Statistics['detectors'] }) {
  const { t } = useTranslation('desk');
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="detectors">
      <Heading2 id="detectors">{t('detectors.title')}</Heading2>
      <p>
        <HelpTerm term="precision" />
      </p>
      {detectors.length === 0 && <Paragraph>{t('detectors.none')}</Paragraph>}
      {detectors.length > 0 && (
        <DataTable
          caption={t('detectors.caption')}
          columns={[
            { title: t('detectors.detector') },
            { title: t('detectors.alerts'), isNumber: true },
            { title: t('detectors.judged'), isNumber: true },
            { title: t('detectors.right'), isNumber: true },
            { title: t('detectors.errors'), isNumber: true },
            { title: t('detectors.precision'), isNumber: true },
          ]}
          rows={detectors.map((row) => [
            row.detector,
            format.count(row.alerts),
            format.count(row.judged),
            format.count(row.right),
            format.count(row.detectorErrors),
            row.precision === null
              ? t('detectors.tooFew')
              : t('detectors.interval', {
                  value: format.percent(row.precision.value),
                  low: format.percent(row.precision.low),
                  high: format.percent(row.precision.high),
                }),
          ])}
        />
      )}
    </section>
  );
}
