import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { drawSample, samplesQuery } from '../data/samples.ts';
import { may } from '../data/session.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { useAction } from '../ui/use-action.ts';

const DAY_MS = 86_400_000;
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** Samples of what raised no alert, with how much was missed and how sure that is. */
export function SamplesSection() {
  const { t } = useTranslation('samples');
  const format = useFormat();
  const session = useSession();
  const { data, error } = useQuery({ ...samplesQuery, enabled: may(session, 'listSamples') });
  return (
    <section className="card" aria-label={t('title')}>
      <Heading2>
        <HelpTerm term="sample">{t('title')}</HelpTerm>
      </Heading2>
      <Paragraph>{t('lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.items.length === 0 && <Paragraph>{t('none')}</Paragraph>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          caption={t('caption')}
          columns={[
            { title: t('drawn') },
            { title: t('period') },
            { title: t('frame'), isNumber: true },
            { title: t('size'), isNumber: true },
            { title: t('reviewed'), isNumber: true },
            { title: t('missed'), isNumber: true },
            { title: t('rate'), isNumber: true },
          ]}
          rows={data.items.map((sample) => [
            <Link
              key="open"
              to="/samples/$sampleId"
              params={{ sampleId: sample.sampleId }}
              className="utrecht-link"
            >
              {t('open', { at: format.date(sample.drawnAt) })}
            </Link>,
            t('periodValue', { from: format.date(sample.from), to: format.date(sample.to) }),
            format.count(sample.frame),
            format.count(sample.random + sample.weighted),
            format.count(sample.missRate.reviewed),
            format.count(sample.missRate.missed),
            t('rateValue', {
              rate: format.percent(sample.missRate.rate),
              low: format.percent(sample.missRate.interval.low),
              high: format.percent(sample.missRate.interval.high),
            }),
          ])}
        />
      )}
      {may(session, 'drawSample') && <DrawForm />}
    </section>
  );
}

function DrawForm() {
  const { t } = useTranslation('samples');
  const navigate = useNavigate();
  const action = useAction(['samples']);
  const [from, setFrom] = useState(() => dayBefore(30));
  const [to, setTo] = useState(() => dayBefore(0));
  const [seed, setSeed] = useState('');
  const [random, setRandom] = useState('100');
  const [weighted, setWeighted] = useState('50');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (seed.trim() === '' || !(Date.parse(from) < Date.parse(to))) return;
    const body = {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      seed: seed.trim(),
      random: Number(random),
      weighted: Number(weighted),
    };
    void action.run(async () => {
      const { sampleId } = await drawSample(body);
      await navigate({ to: '/samples/$sampleId', params: { sampleId } });
    });
  };
  return (
    <details className="entry no-print">
      <summary>{t('draw')}</summary>
      <form onSubmit={submit} className="filters">
        <TextField label={t('from')} type="date" value={from} onChange={setFrom} isRequired />
        <TextField label={t('to')} type="date" value={to} onChange={setTo} isRequired />
        <TextField label={t('seed')} value={seed} onChange={setSeed} isRequired />
        <TextField label={t('random')} type="number" value={random} onChange={setRandom} />
        <TextField label={t('weighted')} type="number" value={weighted} onChange={setWeighted} />
        <Button type="submit" disabled={action.isBusy}>
          {t('draw')}
        </Button>
      </form>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
    </details>
  );
}
