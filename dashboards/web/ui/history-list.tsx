import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../data/shapes.ts';
import { Instant } from './instant.tsx';

/** What happened to an alert or a case, oldest first. Entries are only ever added. */
export function HistoryList({ entries }: { entries: readonly HistoryEntry[] }) {
  const { i18n, t } = useTranslation(['history', 'session']);
  // A kind or role that the catalogue does not know yet is shown as it is: a history leaves nothing out.
  const sayKind = (kind: string): string =>
    i18n.exists(`history:kind.${kind}`) ? String(i18n.t(`history:kind.${kind}` as never)) : kind;
  const sayRole = (role: string): string =>
    i18n.exists(`session:role.${role}`) ? String(i18n.t(`session:role.${role}` as never)) : role;
  /** A decision is named with what was decided. */
  const sayStep = ({ kind, data }: HistoryEntry): string => {
    const key = `triage:status.${String(data['state'])}`;
    return kind === 'alert.triaged' && i18n.exists(key)
      ? t('as', { what: sayKind(kind), state: String(i18n.t(key as never)) })
      : sayKind(kind);
  };
  return (
    <ol className="timeline-list">
      {entries.map((entry) => (
        <li key={entry.sequence}>
          <strong>{sayStep(entry)}</strong>
          <br />
          <span className="soft small">
            <Instant at={entry.at} />, {t('by', { name: entry.by.name, role: sayRole(entry.role) })}
          </span>
          {entry.reason !== null && <p className="quote">{entry.reason}</p>}
        </li>
      ))}
    </ol>
  );
}
