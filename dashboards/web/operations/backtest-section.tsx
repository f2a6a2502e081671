import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { backtestQuery, startBacktest } from '../data/operations.ts';
import type { Backtest } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';
import { useAction } from '../ui/use-action.ts';

const DAY_MS = 86_400_000;
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** What another budget would have won and lost over stored history, before anything is changed. */
export function BacktestSection() {
  const { t } = useTranslation('detectors');
  const action = useAction([]);
  const [from, setFrom] = useState(() => dayBefore(90));
  const [to, setTo] = useState(() => dayBefore(0));
  const [budget, setBudget] = useState('1');
  const [backtestId, setBacktestId] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [start, end, perDay] = [Date.parse(from), Date.parse(to), Number(budget)];
    if (!(start < end) || !(perDay > 0)) return;
    const body = {
      from: new Date(start).toISOString(),
      to: new Date(end).toISOString(),
      budget: perDay,
    };
    void action.run(async () => setBacktestId((await startBacktest(body)).backtestId));
  };
  return (
    <section className="card" aria-labelledby="backtest">
      <Heading2 id="backtest">{t('backtest.title')}</Heading2>
      <Paragraph>{t('backtest.lead')}</Paragraph>
      <form onSubmit={submit} className="filters">
        <TextField label={t('backtest.from')} type="date" value={from} onChange={setFrom} />
        <TextField label={t('backtest.to')} type="date" value={to} onChange={setTo} />
        <TextField label={t('backtest.budget')} type="number" value={budget} onChange={setBudget} />
        <Button type="submit" disabled={action.isBusy}>
          {t('backtest.submit')}
        </Button>
      </form>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      {backtestId !== null && <Result backtestId={backtestId} />}
    </section>
  );
}

function Result({ backtestId }: { backtestId: string }) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  const { data, error } = useQuery(backtestQuery(backtestId));
  if (error !== null) return <ProblemNotice problem={error} />;
  if (data === undefined) return null;
  const { result } = data;
  return (
    <>
      <p role="status">
        {t(`backtest.state.${data.state}`)}
        {data.state === 'running' &&
          `. ${t('backtest.progress', { percent: format.percent(data.progress) })}`}
      </p>
      {result !== null && (
        <>
          <p className="lead">
            {t('backtest.result', {
              before: format.count(result.before),
              after: format.count(result.after),
              won: format.count(result.won.length),
              lost: format.count(result.lost.length),
            })}
          </p>
          <Side title={t('backtest.won')} alerts={result.won} />
          <Side title={t('backtest.lost')} alerts={result.lost} />
        </>
      )}
    </>
  );
}

type Won = NonNullable<Backtest['result']>['won'];
function Side({ title, alerts }: { title: string; alerts: Won }) {
  const { t, i18n } = useTranslation('detectors');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  if (alerts.length === 0) return null;
  return (
    <>
      <Heading3>{title}</Heading3>
      <DataTable
        caption={title}
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
