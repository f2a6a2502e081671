import { useQuery } from '@tanstack/react-query';
import { Heading3 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { backtestQuery } from '../data/operations.ts';
import { useFormat } from '../shell/format.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { Compared } from './comparison.tsx';

/** One backtest: how far it is, and what it would win and lose; what was confirmed and lost stands first. */
export function BacktestResult({ backtestId }: { backtestId: string }) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  const { data, error } = useQuery(backtestQuery(backtestId));
  if (error !== null) return <ProblemNotice problem={error} />;
  if (data === undefined) return null;
  return (
    <div className="entry">
      <Heading3>
        {t('backtest.one', { from: format.date(data.from), to: format.date(data.to) })}
      </Heading3>
      <p role="status">
        {t(`backtest.state.${data.state}`)}
        {data.state === 'running' &&
          `. ${t('backtest.progress', { percent: format.percent(data.progress) })}`}
      </p>
      {data.result !== null && <Compared of={data.result} />}
    </div>
  );
}
