import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_REASON } from '../cases/case-words.ts';
import { breachesQuery, openBreach } from '../data/breaches.ts';
import { may } from '../data/session.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';
import { breachFiltersFrom } from './breach-words.ts';
import { ClockTag } from './clock-tag.tsx';
import { RegisterSection } from './register-section.tsx';

const route = getRouteApi('/breaches');

/** Breach files with their clocks, and the register that the law asks for. */
export function BreachesScreen() {
  const { t } = useTranslation(['breaches', 'shell']);
  useDocumentTitle(t('title'));
  const session = useSession();
  const { open } = route.useSearch();
  const navigate = useNavigate();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    breachesQuery(open !== 'all'),
  );
  const files = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      <search className="filters">
        <SelectField
          label={t('filter')}
          value={open ?? 'open'}
          onChange={(value) =>
            void navigate({
              to: '/breaches',
              search: breachFiltersFrom({ open: value }),
              replace: true,
            })
          }
          options={[
            { value: 'open', label: t('filterOpen') },
            { value: 'all', label: t('filterAll') },
          ]}
        />
      </search>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && files.length === 0 && (
        <EmptyState title={open === 'all' ? t('noneAtAll') : t('noneOpen')}>
          <Paragraph>{t('noneAdvice')}</Paragraph>
        </EmptyState>
      )}
      {files.length > 0 && (
        <section className="card" aria-labelledby="files">
          <Heading2 id="files">{t('files')}</Heading2>
          <DataTable
            isWhole
            caption={t('filesCaption')}
            columns={[
              { title: t('column.file') },
              { title: t('column.clock') },
              { title: t('column.due') },
              { title: t('field.risk') },
              { title: t('column.inform') },
              { title: t('column.opened') },
            ]}
            rows={files.map((each) => [
              <Link
                key="file"
                to="/breaches/$breachId"
                params={{ breachId: each.breachId }}
                className="utrecht-link"
              >
                {each.what ?? t('unnamed')}
              </Link>,
              <ClockTag key="clock" clock={each.clock} />,
              <Instant key="due" at={each.clock.dueAt} />,
              each.risk === null ? '–' : t(`risk.${each.risk}`),
              informWord(each.informDecisions.at(-1)?.decision, t),
              <Instant key="opened" at={each.openedAt} style="date" />,
            ])}
          />
          {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('shell:more')}</Button>}
        </section>
      )}
      {may(session, 'openBreach') && <OpenForm />}
      <RegisterSection />
    </>
  );
}

type Decision = 'inform' | 'do-not-inform' | 'public-notice' | 'delay';
const informWord = (
  decision: Decision | undefined,
  t: (key: `inform.${Decision}` | 'column.undecided') => string,
): string => (decision === undefined ? t('column.undecided') : t(`inform.${decision}`));

function OpenForm() {
  const { t } = useTranslation(['breaches', 'cases']);
  const navigate = useNavigate();
  const action = useAction(['breaches', 'breach-register']);
  const [reason, setReason] = useState('');
  const [caseId, setCaseId] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reason.trim().length < MIN_REASON) return;
    const body = { reason: reason.trim(), caseId: caseId.trim() === '' ? null : caseId.trim() };
    void action.run(async () => {
      const { breachId } = await openBreach(body);
      await navigate({ to: '/breaches/$breachId', params: { breachId } });
    });
  };
  return (
    <section className="card" aria-labelledby="open-breach">
      <Heading2 id="open-breach">{t('open.title')}</Heading2>
      <Paragraph>{t('open.lead')}</Paragraph>
      <form onSubmit={submit} noValidate className="form">
        <Motivation
          label={t('open.reason')}
          value={reason}
          onChange={setReason}
          min={MIN_REASON}
          wasTried={wasTried}
          rows={2}
        />
        <TextField
          label={t('open.case')}
          help={t('open.caseHelp')}
          value={caseId}
          onChange={setCaseId}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('open.submit')}
        </Button>
      </form>
    </section>
  );
}
