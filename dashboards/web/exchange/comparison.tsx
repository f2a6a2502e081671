import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Benchmark } from '../data/shapes.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { MeasurePicture } from './measure-picture.tsx';

type Detector = Benchmark['detectors'][number];

/** The own figures beside those of others, per kind of alert, and settings that differ. */
export function Comparison({ of }: { of: Benchmark }) {
  const { t } = useTranslation('exchange');
  const others = othersOf(of);
  return (
    <>
      <section className="card" aria-labelledby="compare">
        <Heading2 id="compare">{t('compare.title')}</Heading2>
        <Paragraph>{t('compare.lead')}</Paragraph>
        <div className="halves">
          <MeasurePicture measure="rate" typologies={of.typologies} others={others} />
          <MeasurePicture measure="precision" typologies={of.typologies} others={others} />
        </div>
      </section>
      <Differing detectors={of.detectors} others={others} />
    </>
  );
}

/** Whose figures are compared, by id; a name that two of them have is told apart by its key. */
export type Others = ReadonlyMap<string, string>;
function othersOf({ imports }: Benchmark): Others {
  const compared = imports.filter((one) => one.isCompared);
  return new Map(
    compared.map(({ exchangeId, label, signer }) => {
      const isShared = compared.filter((other) => other.label === label).length > 1;
      return [exchangeId, isShared ? `${label} (${signer.slice(0, 8)})` : label];
    }),
  );
}

/** Every setting that is not the same everywhere, with what each has. */
function Differing({ detectors, others }: { detectors: readonly Detector[]; others: Others }) {
  const { t } = useTranslation('exchange');
  const ids = [...others.keys()];
  const rows = detectors.flatMap((detector) => {
    const own = valuesOf(detector.own, t('differ.version'));
    const theirs = ids.map((id) =>
      valuesOf(detector.others.find((o) => o.exchangeId === id) ?? null, t('differ.version')),
    );
    const names = [...new Set([own, ...theirs].flatMap((values) => [...values.keys()]))];
    return names
      .map((name) => [own, ...theirs].map((values) => values.get(name) ?? '–'))
      .map((values, i) => ({ name: `${detector.detector}: ${names[i]}`, values }))
      .filter(({ values }) => new Set(values).size > 1);
  });
  return (
    <section className="card" aria-labelledby="differ">
      <Heading2 id="differ">{t('differ.title')}</Heading2>
      {rows.length === 0 ? (
        <Paragraph>{t('differ.none')}</Paragraph>
      ) : (
        <>
          <Paragraph>{t('differ.lead')}</Paragraph>
          <DataTable
            caption={t('differ.caption')}
            columns={[
              { title: t('differ.setting') },
              { title: t('compare.own') },
              ...[...others.values()].map((title) => ({ title })),
            ]}
            rows={rows.map(({ name, values }) => [name, ...values])}
          />
        </>
      )}
    </section>
  );
}

function valuesOf(of: Detector['own'], version: string): Map<string, string> {
  if (of === null) return new Map();
  return new Map([
    [version, String(of.version)],
    ...Object.entries(of.settings).map(
      ([name, value]) => [name, JSON.stringify(value)] as [string, string],
    ),
  ]);
}
