import {
  Table,
  TableBody,
  TableCaption,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@utrecht/component-library-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollRegion } from './scroll-region.tsx';

export type Column = { title: string; isNumber?: boolean };

/**
 * A picture and the same numbers as a table: nothing on this page is to be had by sight alone.
 * `summary` says in one sentence what the picture shows and becomes its name for a screen reader.
 */
export function FigureWithTable(props: {
  title: string;
  summary: string;
  columns: readonly Column[];
  rows: readonly (readonly ReactNode[])[];
  children: ReactNode;
}) {
  const { t } = useTranslation('charts');
  const id = useId();
  return (
    <figure className="figure" aria-labelledby={`${id}-title`}>
      <figcaption>
        <strong id={`${id}-title`} className="figure__title">
          {props.title}
        </strong>
        <span className="figure__summary">{props.summary}</span>
      </figcaption>
      {props.children}
      <details className="figure__twin">
        <summary>{t('asTable')}</summary>
        <DataTable caption={props.title} columns={props.columns} rows={props.rows} />
      </details>
    </figure>
  );
}

/** A plain table; the first cell of a row names it. */
export function DataTable(props: {
  caption: string;
  /** Shown at its full height instead of scrolling in a frame of its own. */
  isWhole?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly ReactNode[])[];
}) {
  const { columns, rows } = props;
  return (
    <ScrollRegion
      name={props.caption}
      className={props.isWhole === true ? 'scroll' : 'scroll scroll--tall'}
    >
      <Table>
        <TableCaption>{props.caption}</TableCaption>
        <TableHeader>
          <TableRow>
            {columns.map((column) => (
              <TableHeaderCell
                key={column.title}
                scope="col"
                className={column.isNumber ? 'number' : undefined}
              >
                {column.title}
              </TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {rows.map((row, r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own and never move
            <TableRow key={r}>
              {row.map((cell, c) =>
                c === 0 ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <TableHeaderCell key={c} scope="row">
                    {cell}
                  </TableHeaderCell>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <TableCell key={c} numericColumn={columns[c]?.isNumber === true}>
                    {cell}
                  </TableCell>
                ),
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollRegion>
  );
}
