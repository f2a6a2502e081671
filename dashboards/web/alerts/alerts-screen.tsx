import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from '@utrecht/component-library-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertsQuery, rowsOf } from '../data/alerts.ts';
import { useLive } from '../data/live.tsx';
import { may } from '../data/session.ts';
import type { AlertPage } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { TitleRow } from '../ui/title-row.tsx';
import { AlertList } from './alert-list.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { EmptyQueue } from './empty-queue.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type Filters, filterCount } from './filters.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { TriageDialog } from './triage-dialog.tsx';
import { useTriage } from './use-triage.ts';
import { ViewsBar } from './views-bar.tsx';

const route = getRouteApi('/alerts');

/** The queue: everything that asks for a decision, best first, to be worked through by keyboard alone. */
export function AlertsScreen() {
  const { t } = useTranslation(['alerts', 'shell']);
  useDocumentTitle(t('title'));
  const filters = route.useSearch();
  const navigate = useNavigate();
  const session = useSession();
  const list = useInfiniteQuery(alertsQuery(filters));
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const first = list.data?.pages[0];
  const [current, setCurrent] = useState<number | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<'keys' | 'decide' | null>(null);
  const canTriage = may(session, 'triageAlert');
  const triage = useTriage(session);
  const [now] = useState(Date.now);

  const change = (next: Filters): void => {
    setCurrent(null);
    setChosen(new Set());
    void navigate({ to: '/alerts', search: next, replace: true });
  };
  const toggle = useCallback((alertId: string) => {
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(alertId)) next.add(alertId);
      return next;
    });
  }, []);
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const onRow = current === null ? undefined : rows[current];
  /** What an action is about: the chosen ones, else the one that the keyboard is on. */
  const targets = useMemo(
    () =>
      chosen.size > 0
        ? rows.filter((r) => chosen.has(r.alertId))
        : onRow === undefined
          ? []
          : [onRow],
    [chosen, onRow, rows],
  );
  const move = (step: number): void => {
    if (rows.length === 0) return;
    setCurrent(current === null ? 0 : Math.min(rows.length - 1, Math.max(0, current + step)));
  };
  const open = (): void => {
    if (onRow !== undefined)
      void navigate({ to: '/alerts/$alertId', params: { alertId: onRow.alertId } });
  };
  const assign = (): void => {
    if (canTriage && targets.length > 0)
      void triage.assign(targets).then((isDone) => isDone && setChosen(new Set()));
  };
  const decide = (): void => {
    if (canTriage && targets.length > 0) setDialog('decide');
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    o: open,
    x: () => {
      if (onRow !== undefined && canTriage) toggle(onRow.alertId);
    },
    a: assign,
    d: decide,
    '?': () => setDialog('keys'),
  });

  const body = () => {
    if (list.isPending) return <Loading />;
    if (list.error !== null && rows.length === 0)
      return <ProblemNotice problem={list.error} retry={() => void list.refetch()} />;
    if (rows.length === 0) return <EmptyQueue isFiltered={filterCount(filters) > 0} />;
    return (
      <AlertList
        rows={rows}
        current={current}
        chosen={chosen}
        toggle={canTriage ? toggle : null}
        loadMore={hasNextPage ? loadMore : null}
        myAccount={session.accountId}
        now={now}
      />
    );
  };
  return (
    <>
      <TitleRow title={t('title')} lead={t('lead')}>
        <Button onClick={() => setDialog('keys')}>{t('shell:keys')}</Button>
      </TitleRow>
      <FilterBar filters={filters} change={change} />
      <ViewsBar filters={filters} />
      {first !== undefined && <QueueStatus of={first} />}
      {chosen.size > 0 && (
        <BulkBar
          count={chosen.size}
          isBusy={triage.isBusy}
          assign={assign}
          decide={decide}
          clear={() => setChosen(new Set())}
        />
      )}
      {triage.said !== null && (
        <p role="status" className="said">
          {triage.said}
        </p>
      )}
      {body()}
      {dialog === 'keys' && <KeysDialog onClose={() => setDialog(null)} />}
      {dialog === 'decide' && (
        <TriageDialog
          count={targets.length}
          isBusy={triage.isBusy}
          problem={triage.problem}
          onClose={() => setDialog(null)}
          onSubmit={(outcome, reason) =>
            void triage.decide(targets, outcome, reason).then((isDone) => {
              if (!isDone) return;
              setChosen(new Set());
              setDialog(null);
            })
          }
        />
      )}
    </>
  );
}

/** How many there are, and what came in since: shown on request, so that the list never jumps. */
function QueueStatus({ of: { total, withheld, confidential } }: { of: AlertPage }) {
  const { t } = useTranslation('alerts');
  const format = useFormat();
  const queries = useQueryClient();
  const live = useLive();
  const show = (): void => {
    live.clear();
    void queries.resetQueries({ queryKey: ['alerts'] });
  };
  return (
    <div className="bar-row">
      <p className="soft">
        {[
          t('count', { count: total, shown: format.count(total) }),
          ...(withheld > 0 ? [t('withheld', { count: withheld })] : []),
          ...(confidential !== null && confidential.lookups > 0
            ? [
                t('confidential', {
                  lookups: format.count(confidential.lookups),
                  alerts: format.count(confidential.alerts),
                }),
              ]
            : []),
        ].join('. ')}
      </p>
      <div role="status" className="buttons buttons--tight">
        {!live.isConnected && <span className="soft">{t('live.off')}</span>}
        {live.news > 0 && (
          <>
            <span>{t('live.new', { count: live.news })}</span>
            <Button onClick={show}>{t('live.show')}</Button>
          </>
        )}
      </div>
    </div>
  );
}
