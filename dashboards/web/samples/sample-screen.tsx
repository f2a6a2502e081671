import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_REASON } from '../cases/case-words.ts';
import { recordFinding, sampleQuery } from '../data/samples.ts';
import { may } from '../data/session.ts';
import type { NewFinding, Sample } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { SelectField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Instant } from '../ui/instant.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { shortToken } from '../ui/token.tsx';
import { useAction } from '../ui/use-action.ts';

const route = getRouteApi('/samples/$sampleId');
const FINDINGS = ['legitimate', 'missed', 'cannot-judge'] as const;

/** One sample: the next lookup to judge, and all of them with what was found. */
export function SampleScreen() {
  const { t } = useTranslation('samples');
  useDocumentTitle(t('screenTitle'));
  const { sampleId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(sampleQuery(sampleId));
  return (
    <>
      <BackLink to="/desk" text={t('back')} />
      <Heading1>{t('screenTitle')}</Heading1>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && <SampleView of={data} />}
    </>
  );
}

function SampleView({ of }: { of: Sample }) {
  const { t } = useTranslation('samples');
  const format = useFormat();
  const session = useSession();
  const done = of.items.filter((each) => each.finding !== null).length;
  const next = of.items.findIndex((each) => each.finding === null);
  return (
    <>
      <p role="status">
        {t('progress', { done: format.count(done), total: format.count(of.items.length) })}
      </p>
      {of.withheld > 0 && <Paragraph>{t('withheld', { count: of.withheld })}</Paragraph>}
      {next < 0 && <Paragraph>{t('done')}</Paragraph>}
      {next >= 0 && may(session, 'recordFinding') && (
        <FindingForm key={of.items[next]?.lookup.eventId} of={of} index={next} />
      )}
      <section className="card" aria-labelledby="drawn">
        <Heading2 id="drawn">{t('size')}</Heading2>
        <DataTable
          caption={t('size')}
          columns={[{ title: t('drawn') }, { title: t('part.random') }, { title: t('finding') }]}
          rows={of.items.map(({ lookup, part, finding }) => [
            <Instant key="at" at={lookup.occurredAt} style="exact" />,
            t(`part.${part}`),
            finding === null ? '–' : t(`findings.${finding}`),
          ])}
        />
      </section>
    </>
  );
}

function FindingForm({ of, index }: { of: Sample; index: number }) {
  const { t } = useTranslation(['samples', 'cases']);
  const format = useFormat();
  const action = useAction(['sample', 'samples']);
  const [finding, setFinding] = useState<NewFinding['finding']>('legitimate');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const drawn = of.items[index];
  if (drawn === undefined) return null;
  const { lookup } = drawn;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reason.trim().length < MIN_REASON) return;
    void action.run(() =>
      recordFinding(of.sampleId, {
        sequence: of.sequence,
        eventId: lookup.eventId,
        finding,
        reason: reason.trim(),
      }),
    );
  };
  return (
    <form onSubmit={submit} noValidate className="card form">
      <Heading2>
        {t('lookup', { number: format.count(index + 1), total: format.count(of.items.length) })}
      </Heading2>
      <Paragraph>
        {t('facts', {
          at: format.exact(lookup.occurredAt),
          system: lookup.system,
          official: lookup.actor === null ? '–' : shortToken(lookup.actor.token),
          person: lookup.subject === null ? '–' : shortToken(lookup.subject.token),
          caseRef: lookup.hasCaseRef ? t('withCase') : t('withoutCase'),
        })}
      </Paragraph>
      <SelectField
        label={t('finding')}
        value={finding}
        onChange={(value) => setFinding(FINDINGS.find((f) => f === value) ?? 'legitimate')}
        options={FINDINGS.map((f) => ({ value: f, label: t(`findings.${f}`) }))}
      />
      <Motivation
        label={t('cases:decide.reason')}
        value={reason}
        onChange={setReason}
        min={MIN_REASON}
        wasTried={wasTried}
        rows={2}
      />
      <FormEnd action={action}>{t('record')}</FormEnd>
    </form>
  );
}
