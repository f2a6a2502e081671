import { createRecordParser } from './csv-record.ts';

/** Words that stand for a state and are no text of a statement or parameter. */
const STATES = new Set(['<not logged>', '<previously logged>', '<none>']);
export type AuditRecord = {
  auditType: string;
  statementId: number;
  substatementId: number;
  class: string;
  command: string;
  objectType: string;
  objectName: string;
  statement: string | null;
  /** Each parameter; null when they were not logged or there are none. */
  parameters: string[] | null;
  rows: number | null;
};

/** Columns of one record; null when there are not nine or ten, or the numbers are none. */
export function toAuditRecord(columns: readonly string[]): AuditRecord | null {
  const [auditType = '', statement = '', sub = '', kind = '', command = '', ...rest] = columns;
  const [objectType = '', objectName = '', text = '', parameter = '', rows = ''] = rest;
  const isNumbered = /^\d{1,15}$/.test(statement) && /^\d{1,15}$/.test(sub);
  if (columns.length < 9 || columns.length > 10 || !isNumbered) return null;
  if (auditType !== 'SESSION' && auditType !== 'OBJECT') return null;
  const parser = createRecordParser(',');
  const isList = !STATES.has(parameter) && parser.feed(parameter.replaceAll('\n', ' ')) === 'whole';
  return {
    auditType,
    statementId: Number(statement),
    substatementId: Number(sub),
    class: kind,
    command,
    objectType,
    objectName,
    statement: STATES.has(text) ? null : text,
    parameters: isList ? parser.fields() : null,
    rows: /^\d{1,15}$/.test(rows) ? Number(rows) : null,
  };
}
