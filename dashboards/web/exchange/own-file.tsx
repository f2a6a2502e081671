import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { type ExchangePeriod, exchangeQuery } from '../data/exchange.ts';
import type { Exchange } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';
import { saveText } from '../ui/save-text.ts';

/** Everything that would leave, to be read before it does; and the file itself. */
export function OwnFile({ period }: { period: ExchangePeriod }) {
  const { t } = useTranslation('exchange');
  const { data, error } = useQuery(exchangeQuery(period));
  return (
    <section className="card" aria-labelledby="own-file">
      <Heading2 id="own-file">{t('own.title')}</Heading2>
      <Paragraph>{t('own.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && <Leaving of={data} />}
    </section>
  );
}

function Leaving({ of }: { of: Exchange }) {
  const { t } = useTranslation('exchange');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  const { statement, envelope, fingerprint } = of;
  const told = (count: number | null): string =>
    count === null ? t('compare.few') : format.count(count);
  const facts: [string, string][] = [
    [t('own.from'), format.day(statement.from)],
    [t('own.to'), format.day(statement.to)],
    [t('own.officials'), format.count(statement.officials)],
    [t('own.days'), format.count(statement.officialDays)],
    [t('own.budget'), format.count(statement.budget)],
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {statement.typologies.length === 0 ? (
        <Paragraph>{t('own.none')}</Paragraph>
      ) : (
        <DataTable
          caption={t('own.caption')}
          columns={[
            { title: t('compare.typology') },
            { title: t('own.alerts'), isNumber: true },
            { title: t('own.judged'), isNumber: true },
            { title: t('own.right'), isNumber: true },
          ]}
          rows={statement.typologies.map(({ typology, alerts, judged, right }) => [
            titleOf(typology),
            told(alerts),
            told(judged),
            told(right),
          ])}
        />
      )}
      <Paragraph>{t('own.settings', { count: statement.detectors.length })}</Paragraph>
      <dl className="facts facts--narrow">
        <div>
          <dt>{t('own.key')}</dt>
          <dd>
            <code className="fingerprint">{inGroups(fingerprint)}</code>
          </dd>
        </div>
      </dl>
      <Paragraph className="soft">{t('own.keyHelp')}</Paragraph>
      <div className="buttons no-print">
        <Button
          onClick={() => {
            const name = `${t('own.file')}-${statement.from}-${statement.to}.json`;
            saveText(name, `${JSON.stringify(envelope)}\n`, 'json');
          }}
        >
          {t('own.save')}
        </Button>
      </div>
    </>
  );
}

/** In groups of eight, so that it can be read out. */
const inGroups = (fingerprint: string): string => (fingerprint.match(/.{1,8}/g) ?? []).join(' ');
