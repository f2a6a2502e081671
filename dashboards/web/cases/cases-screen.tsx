import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Heading1, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { casesQuery } from '../data/cases.ts';
import { may } from '../data/session.ts';
import { TasksSection } from '../oversight/tasks-section.tsx';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { SelectField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { CASE_STATES, caseFiltersFrom } from './case-words.ts';

const route = getRouteApi('/cases');

/** All cases that this role may see. */
export function CasesScreen() {
  const { t } = useTranslation(['cases', 'shell']);
  useDocumentTitle(t('title'));
  const session = useSession();
  const filters = route.useSearch();
  const navigate = useNavigate();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    casesQuery(filters),
  );
  const cases = data?.pages.flatMap((page) => page.items) ?? [];
  const set = (field: 'state' | 'assignee') => (value: string) =>
    void navigate({
      to: '/cases',
      search: caseFiltersFrom({ ...filters, [field]: value }),
      replace: true,
    });
  const isFiltered = filters.state !== undefined || filters.assignee !== undefined;
  const any = { value: '', label: t('any') };
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {may(session, 'listTasks') && <TasksSection />}
      <search className="filters">
        <SelectField
          label={t('filter.state')}
          value={filters.state ?? ''}
          onChange={set('state')}
          options={[any, ...CASE_STATES.map((s) => ({ value: s, label: t(`state.${s}`) }))]}
        />
        <SelectField
          label={t('filter.assignee')}
          value={filters.assignee ?? ''}
          onChange={set('assignee')}
          options={[any, { value: 'me', label: t('filter.me') }]}
        />
      </search>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && cases.length === 0 && (
        <EmptyState title={isFiltered ? t('none') : t('noneTitle')}>
          {!isFiltered && <Paragraph>{t('noneAtAll')}</Paragraph>}
        </EmptyState>
      )}
      {cases.length > 0 && (
        <div className="card card--flush">
          <DataTable
            isWhole
            caption={t('title')}
            columns={[
              { title: t('column.case') },
              { title: t('column.state') },
              { title: t('column.ground') },
              { title: t('column.alerts'), isNumber: true },
              { title: t('column.opened') },
              { title: t('column.assignee') },
              { title: t('column.due') },
            ]}
            rows={cases.map((c) => [
              <Link
                key="case"
                to="/cases/$caseId"
                params={{ caseId: c.caseId }}
                className="utrecht-link"
              >
                {c.title}
              </Link>,
              c.isSilent ? `${t(`state.${c.state}`)}, ${t('silent')}` : t(`state.${c.state}`),
              t(`ground.${c.ground}`),
              String(c.alertCount),
              <Instant key="opened" at={c.openedAt} style="date" />,
              c.assignee?.name ?? t('nobody'),
              c.dueAt === null ? '–' : <Instant key="due" at={c.dueAt} style="date" />,
            ])}
          />
        </div>
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('shell:more')}</Button>}
    </>
  );
}
