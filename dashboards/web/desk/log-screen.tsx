import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Heading1, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkLog, type LogFilters, reviewLogQuery } from '../data/oversight.ts';
import { may } from '../data/session.ts';
import type { ChainCheck } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { useAction } from '../ui/use-action.ts';
import { logFiltersFrom } from './desk-filters.ts';

const route = getRouteApi('/log');

/** What the reviewers themselves opened and did. */
export function LogScreen() {
  const { t, i18n } = useTranslation(['log', 'shell', 'session']);
  useDocumentTitle(t('title'));
  const session = useSession();
  const filters = route.useSearch();
  const navigate = useNavigate();
  const list = useInfiniteQuery(reviewLogQuery(filters));
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const sayOutcome = (outcome: string): string => {
    const key = `log:outcomes.${outcome}`;
    return i18n.exists(key) ? String(i18n.t(key as never)) : outcome;
  };
  const sayRole = (role: string): string =>
    i18n.exists(`session:role.${role}`) ? String(i18n.t(`session:role.${role}` as never)) : role;
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {may(session, 'checkReviewLog') && <Check />}
      <Filters
        key={JSON.stringify(filters)}
        filters={filters}
        apply={(next) => void navigate({ to: '/log', search: next, replace: true })}
      />
      {list.isPending && <Loading />}
      {list.error !== null && (
        <ProblemNotice problem={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && entries.length === 0 && <EmptyState title={t('none')} />}
      {entries.length > 0 && (
        <div className="card card--flush">
          <DataTable
            isWhole
            caption={t('caption')}
            columns={[
              { title: t('when') },
              { title: t('who') },
              { title: t('role') },
              { title: t('what') },
              { title: t('about') },
              { title: t('outcome') },
            ]}
            rows={entries.map((entry) => [
              <Instant key="at" at={entry.at} style="exact" />,
              entry.by?.name ?? t('nobody'),
              sayRole(entry.role),
              entry.operation,
              `${entry.objectKind} ${entry.objectIds.slice(0, 3).join(', ')}${entry.objectIds.length > 3 ? ' …' : ''}`,
              [sayOutcome(entry.outcome), ...(entry.code === null ? [] : [entry.code])].join(' '),
            ])}
          />
        </div>
      )}
      {list.hasNextPage && (
        <Button onClick={() => void list.fetchNextPage()}>{t('shell:more')}</Button>
      )}
    </>
  );
}

function Filters(props: { filters: LogFilters; apply: (filters: LogFilters) => void }) {
  const { t } = useTranslation('log');
  const [objectId, setObjectId] = useState(props.filters.objectId ?? '');
  const [operation, setOperation] = useState(props.filters.operation ?? '');
  const [onlyRefused, setOnlyRefused] = useState(props.filters.onlyRefused === 'true');
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.apply(logFiltersFrom({ objectId, operation, onlyRefused }));
  };
  return (
    <form onSubmit={submit} className="filters">
      <TextField label={t('objectId')} value={objectId} onChange={setObjectId} />
      <TextField label={t('operation')} value={operation} onChange={setOperation} />
      <p className="check">
        <input
          id={id}
          type="checkbox"
          checked={onlyRefused}
          onChange={(event) => setOnlyRefused(event.currentTarget.checked)}
        />
        <label htmlFor={id}>{t('onlyRefused')}</label>
      </p>
      <Button type="submit">{t('apply')}</Button>
    </form>
  );
}

/** Recomputes the chains and says where they do not fit. */
function Check() {
  const { t } = useTranslation('log');
  const format = useFormat();
  const action = useAction([]);
  const [check, setCheck] = useState<ChainCheck | null>(null);
  return (
    <div className="check-log">
      <div className="buttons">
        <Button
          disabled={action.isBusy}
          onClick={() => void action.run(async () => setCheck(await checkLog()))}
        >
          {t('check')}
        </Button>
      </div>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      {check !== null && (
        <Alert type={check.isIntact ? 'ok' : 'error'} role="status">
          <Paragraph>
            {check.isIntact
              ? t('intact', {
                  entries: format.count(check.entries),
                  chains: format.count(check.chains),
                })
              : t('broken', { faults: format.count(check.faults.length) })}
          </Paragraph>
          {check.faults.length > 0 && (
            <ul className="plain-list">
              {check.faults.slice(0, 20).map((fault) => (
                <li key={`${fault.chain}-${fault.sequence}`}>
                  {t('faultAt', {
                    chain: fault.chain,
                    sequence: fault.sequence,
                    reason: t(`fault.reason.${fault.reason}`),
                  })}
                </li>
              ))}
            </ul>
          )}
        </Alert>
      )}
    </div>
  );
}
