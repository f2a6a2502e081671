import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_MOTIVATION } from '../cases/case-words.ts';
import { requestShadowRun, shadowRunsQuery } from '../data/operations.ts';
import { may } from '../data/session.ts';
import type { ShadowRun } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';
import { OneShadowRun } from './shadow-run.tsx';

const DAY_MS = 86_400_000;

/** Settings that run beside those in force, agreed by another, and on no list of alerts. */
export function ShadowRuns() {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  const session = useSession();
  const { data, error } = useQuery(shadowRunsQuery);
  const [shown, setShown] = useState<ShadowRun | null>(null);
  return (
    <section className="card" aria-labelledby="shadow">
      <Heading2 id="shadow">{t('shadow.title')}</Heading2>
      <Paragraph>{t('shadow.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.items.length === 0 && <Paragraph>{t('shadow.none')}</Paragraph>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          caption={t('shadow.caption')}
          columns={[
            { title: t('changes.decision') },
            { title: t('shadow.budget'), isNumber: true },
            { title: t('shadow.until') },
            { title: t('shadow.state') },
            { title: t('changes.by') },
            { title: t('backtest.show') },
          ]}
          rows={data.items.map((run) => [
            run.decisionRef,
            run.settings.budget === null ? '–' : format.count(run.settings.budget),
            <Instant key="until" at={run.ended?.at ?? run.until} style="date" />,
            t(`shadow.states.${run.state}`),
            run.requestedBy.name,
            <Button
              key="show"
              aria-label={t('shadow.showOne', { decision: run.decisionRef })}
              onClick={() => setShown(run)}
            >
              {t('backtest.show')}
            </Button>,
          ])}
        />
      )}
      {shown !== null && <OneShadowRun key={shown.shadowId} {...shown} />}
      {may(session, 'requestShadowRun') && <RequestForm />}
    </section>
  );
}

function RequestForm() {
  const { t } = useTranslation(['detectors', 'breaches']);
  const action = useAction(['shadow-runs'], { isFresh: true });
  const [budget, setBudget] = useState('2');
  const [days, setDays] = useState('30');
  const [reason, setReason] = useState('');
  const [decisionRef, setDecisionRef] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!(Number(budget) > 0) || !(Number(days) >= 1 && Number(days) <= 90)) return;
    if (reason.trim().length < MIN_MOTIVATION || decisionRef.trim() === '') return;
    const body = {
      until: new Date(Date.now() + Number(days) * DAY_MS - 60_000).toISOString(),
      budget: Number(budget),
      reason: reason.trim(),
      decisionRef: decisionRef.trim(),
    };
    void action.run(() => requestShadowRun(body)).then((isDone) => isDone && setReason(''));
  };
  return (
    <details className="entry no-print">
      <summary>{t('shadow.request')}</summary>
      <form onSubmit={submit} noValidate className="form">
        <Heading3 className="visually-hidden">{t('shadow.request')}</Heading3>
        <TextField label={t('shadow.budget')} type="number" value={budget} onChange={setBudget} />
        <TextField label={t('shadow.days')} type="number" value={days} onChange={setDays} />
        <Motivation
          label={t('change.reason')}
          value={reason}
          onChange={setReason}
          min={MIN_MOTIVATION}
          wasTried={wasTried}
          rows={2}
        />
        <TextField
          label={t('change.decision')}
          error={wasTried && decisionRef.trim() === '' ? t('breaches:step.empty') : undefined}
          value={decisionRef}
          onChange={setDecisionRef}
          isRequired
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('shadow.request')}
        </Button>
      </form>
    </details>
  );
}
