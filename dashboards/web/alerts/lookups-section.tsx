import { Button, Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Lookup } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { ConfidentialMark } from '../ui/marks.tsx';
import { Token } from '../ui/token.tsx';

/** Lookups as the logs have them, persons and officials by token. */
export function LookupTable(props: {
  caption: string;
  lookups: readonly Lookup[];
  hasOfficials: boolean;
}) {
  const { t, i18n } = useTranslation('alert');
  const format = useFormat();
  const sayKey = (word: string): string => {
    const key = `alert:searchKey.${word}`;
    return i18n.exists(key) ? String(i18n.t(key as never)) : word;
  };
  const sayAction = (action: string): string => {
    const key = `alert:action.${action}`;
    // A source may have an action of its own: it is shown as it is.
    return i18n.exists(key) ? String(i18n.t(key as never)) : action;
  };
  return (
    <DataTable
      caption={props.caption}
      columns={[
        { title: t('lookup.when') },
        ...(props.hasOfficials ? [{ title: t('lookup.official') }] : []),
        { title: t('lookup.person') },
        { title: t('lookup.system') },
        { title: t('lookup.action') },
        { title: t('lookup.search') },
        { title: t('lookup.count'), isNumber: true },
        { title: t('lookup.caseRef') },
      ]}
      rows={props.lookups.map((lookup) => [
        <span key="at">
          <Instant at={lookup.occurredAt} style="exact" /> <ConfidentialMark of={lookup} />
        </span>,
        ...(props.hasOfficials ? [<MaybeToken key="a" who={lookup.actor} />] : []),
        <MaybeToken key="s" who={lookup.subject} />,
        lookup.system,
        [
          sayAction(lookup.action),
          ...(lookup.outcome === 'denied' ? [t('lookup.refused')] : []),
          ...(lookup.isEmergency ? [t('lookup.emergency')] : []),
        ].join(', '),
        lookup.queryKey === null ? t('lookup.none') : sayKey(lookup.queryKey),
        lookup.resultCount === null ? '–' : format.count(lookup.resultCount),
        lookup.hasCaseRef ? t('lookup.yes') : t('lookup.no'),
      ])}
    />
  );
}

const MaybeToken = ({ who }: { who: { token: string } | null }) =>
  who === null ? '–' : <Token token={who.token} />;

export function LookupsSection(props: {
  lookups: readonly Lookup[];
  loadMore: (() => void) | null;
}) {
  const { t } = useTranslation('alert');
  return (
    <section className="card" aria-labelledby="lookups">
      <Heading2 id="lookups">{t('lookups')}</Heading2>
      <LookupTable caption={t('lookupsCaption')} lookups={props.lookups} hasOfficials={false} />
      {props.loadMore !== null && (
        <div className="buttons">
          <Button onClick={props.loadMore}>{t('lookup.more')}</Button>
        </div>
      )}
    </section>
  );
}
