import { Link } from '@tanstack/react-router';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertSummary } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { ConfidentialMark, SeverityMark, useTypologyTitle } from '../ui/marks.tsx';
import { shortToken } from '../ui/token.tsx';

const ROW_PX = 84;
const OVERSCAN = 12;
/** Loading begins this many rows before the end is reached. */
const AHEAD = 60;

export type AlertListProps = {
  rows: readonly AlertSummary[];
  /** Index of the row that the keyboard is on; null before it was used. */
  current: number | null;
  chosen: ReadonlySet<string>;
  /** Null for who may not act on alerts. */
  toggle: ((alertId: string) => void) | null;
  loadMore: (() => void) | null;
  myAccount: string;
  now: number;
};

/** The queue as a table of which only the rows in sight exist: ten thousand scroll like ten. */
export function AlertList(props: AlertListProps) {
  const { rows, current, loadMore } = props;
  const { t } = useTranslation('alerts');
  const body = useRef<HTMLTableSectionElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: body.current?.offsetTop ?? 0,
    getItemKey: (index) => rows[index]?.alertId ?? index,
    // The row with the focus stays, or scrolling with the mouse would throw the focus away.
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      return current === null || current >= rows.length || seen.includes(current)
        ? seen
        : [...seen, current].sort((a, b) => a - b);
    },
  });
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (loadMore !== null && last >= rows.length - AHEAD) loadMore();
  }, [last, rows.length, loadMore]);

  const currentId = current === null ? undefined : rows[current]?.alertId;
  const { scrollToIndex } = virtualizer;
  useEffect(() => {
    if (current === null || currentId === undefined) return;
    scrollToIndex(current, { align: 'auto' });
    document.getElementById(`alert-${currentId}`)?.focus({ preventScroll: true });
  }, [current, currentId, scrollToIndex]);

  return (
    // The layout is a grid, which takes the meaning of table elements away in some browsers: hence the roles.
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    <table className="queue" role="table" aria-label={t('title')} aria-rowcount={rows.length + 1}>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          <th role="columnheader" scope="col">
            <span className="visually-hidden">{t('column.choose')}</span>
          </th>
          {(['severity', 'alert', 'score', 'age', 'assignee'] as const).map((column) => (
            <th key={column} role="columnheader" scope="col">
              {t(`column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {shown.map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <tr
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              role="row"
              aria-rowindex={item.index + 2}
              className={item.index === current ? 'queue__row queue__row--current' : 'queue__row'}
              style={{
                transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)`,
              }}
            >
              <Cells {...props} row={row} />
            </tr>
          );
        })}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}

function Cells({ row, chosen, toggle, myAccount, now }: AlertListProps & { row: AlertSummary }) {
  const { t, i18n } = useTranslation('alerts');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  const title = titleOf(row.typology);
  const assignee =
    row.assignee === null
      ? t('nobody')
      : row.assignee.accountId === myAccount
        ? t('me')
        : row.assignee.name;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: as in the table
    <>
      <td role="cell" className="queue__choose">
        {toggle !== null && (
          <input
            type="checkbox"
            checked={chosen.has(row.alertId)}
            onChange={() => toggle(row.alertId)}
            aria-label={t('choose', { title })}
          />
        )}
      </td>
      <td role="cell">
        <SeverityMark severity={row.severity} />
      </td>
      <th role="rowheader" scope="row" className="queue__alert">
        <Link
          id={`alert-${row.alertId}`}
          to="/alerts/$alertId"
          params={{ alertId: row.alertId }}
          className="utrecht-link"
        >
          {title}
        </Link>{' '}
        <ConfidentialMark of={row} />
        <span className="queue__who">
          {t('officialAndPersons', {
            official: row.actor === null ? t('unknownOfficial') : shortToken(row.actor.token),
            count: row.subjectCount,
          })}
        </span>
        <span className="queue__reason">{row.reason[i18n.language === 'en' ? 'en' : 'nl']}</span>
      </th>
      <td role="cell" className="number">
        <span className="queue__label">{t('column.score')} </span>
        {format.whole(row.score)}
      </td>
      <td role="cell">
        <span className="queue__label">{t('column.age')} </span>
        <time dateTime={row.openedAt}>{format.ago(row.openedAt, now)}</time>
      </td>
      <td role="cell">
        <span className="queue__label">{t('column.assignee')} </span>
        {assignee}
      </td>
    </>
    // biome-ignore-end lint/a11y/noRedundantRoles: as in the table
  );
}
