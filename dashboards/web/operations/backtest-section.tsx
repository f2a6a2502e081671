import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { backtestsQuery, startBacktest } from '../data/operations.ts';
import { may } from '../data/session.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { useAction } from '../ui/use-action.ts';
import { BacktestResult } from './backtest-result.tsx';

const DAY_MS = 86_400_000;
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** What another budget would have won and lost over stored history, before anything is changed. */
export function BacktestSection() {
  const { t } = useTranslation('detectors');
  const session = useSession();
  const action = useAction(['backtests']);
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
      {may(session, 'startBacktest') && (
        <form onSubmit={submit} className="filters">
          <TextField label={t('backtest.from')} type="date" value={from} onChange={setFrom} />
          <TextField label={t('backtest.to')} type="date" value={to} onChange={setTo} />
          <TextField
            label={t('backtest.budget')}
            type="number"
            value={budget}
            onChange={setBudget}
          />
          <Button type="submit" disabled={action.isBusy}>
            {t('backtest.submit')}
          </Button>
        </form>
      )}
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      {backtestId !== null && <BacktestResult backtestId={backtestId} />}
      {may(session, 'listBacktests') && <BacktestList open={setBacktestId} />}
    </section>
  );
}

/** What was tried before; choosing one shows it below. */
function BacktestList({ open }: { open: (backtestId: string) => void }) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  const { data, error } = useQuery(backtestsQuery);
  if (error !== null) return <ProblemNotice problem={error} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <>
      <Heading3>{t('backtest.list')}</Heading3>
      <DataTable
        caption={t('backtest.listCaption')}
        columns={[
          { title: t('backtest.period') },
          { title: t('backtest.budget'), isNumber: true },
          { title: t('backtest.stateLabel') },
          { title: t('backtest.by') },
          { title: t('backtest.show') },
        ]}
        rows={data.items.map((each) => {
          const period = { from: format.date(each.from), to: format.date(each.to) };
          return [
            t('backtest.one', period),
            format.count(each.settings.budget),
            t(`backtest.state.${each.state}`),
            each.requestedBy?.name ?? t('backtest.commandLine'),
            <Button
              key="show"
              aria-label={t('backtest.showOne', period)}
              onClick={() => open(each.backtestId)}
            >
              {t('backtest.show')}
            </Button>,
          ];
        })}
      />
    </>
  );
}
