import { Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LookupTable } from '../alerts/lookups-section.tsx';
import { SubjectTimeline } from '../charts/subject-timeline.tsx';
import { search } from '../data/oversight.ts';
import { may } from '../data/session.ts';
import type { SearchRequest, SearchResult, Session } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState } from '../ui/answers.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Token } from '../ui/token.tsx';
import { useAction } from '../ui/use-action.ts';
import { ExtractSection } from './extract-section.tsx';
import { FIRST_ASKED, GroundAndReason, isReasoned } from './ground-and-reason.tsx';

const KINDS = ['subject', 'actor', 'address', 'vehicle', 'parcel', 'case', 'token'] as const;
/** All of them, as far as anybody can still look at it. */
const MAX_LANES = 100;
type Kind = (typeof KINDS)[number];
type Regime = Session['regimes'][number];

/** Who looked at this person, address or plate. What is typed goes into the body of a request and nowhere else. */
export function SearchScreen() {
  const { t } = useTranslation('search');
  useDocumentTitle(t('title'));
  const session = useSession();
  const [result, setResult] = useState<SearchResult | null>(null);
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      <SearchForm regimes={session.regimes} found={setResult} />
      {result !== null && <Found result={result} isApart={session.regimes.length > 1} />}
      {may(session, 'makeResidentExtract') && <ExtractSection />}
    </>
  );
}

function SearchForm(props: {
  regimes: readonly Regime[];
  found: (result: SearchResult | null) => void;
}) {
  const { regimes, found } = props;
  const { t } = useTranslation(['search', 'cases']);
  const action = useAction([]);
  const [kind, setKind] = useState<Kind>('subject');
  const [scheme, setScheme] = useState<'bsn' | 'local'>('bsn');
  const [id, setId] = useState('');
  const [regime, setRegime] = useState<Regime>('avg');
  const [asked, setAsked] = useState(FIRST_ASKED);
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (id.trim() === '' || !isReasoned(asked)) return;
    found(null);
    const body: SearchRequest = {
      by: whatOf(kind, scheme, id.trim()),
      regime,
      ground: asked.ground,
      reason: asked.reason.trim(),
    };
    void action.run(async () => found(await search(body)));
  };
  return (
    <form onSubmit={submit} noValidate className="card form">
      <SelectField
        label={t('kind')}
        value={kind}
        onChange={(value) => setKind(KINDS.find((k) => k === value) ?? 'subject')}
        options={KINDS.map((k) => ({ value: k, label: t(`kind_${k}`) }))}
      />
      {kind === 'subject' && (
        <SelectField
          label={t('scheme')}
          value={scheme}
          onChange={(value) => setScheme(value === 'local' ? 'local' : 'bsn')}
          options={[
            { value: 'bsn', label: t('scheme_bsn') },
            { value: 'local', label: t('scheme_local') },
          ]}
        />
      )}
      <TextField
        label={t('id')}
        value={id}
        onChange={setId}
        error={wasTried && id.trim() === '' ? t('cases:reasonShort', { count: 1 }) : undefined}
        isRequired
      />
      {regimes.length > 1 && (
        <SelectField
          label={t('regime')}
          help={`${t(`regimeHelp.${regime}`)} ${t('regimeApart')}`}
          value={regime}
          onChange={(value) => setRegime(regimes.find((r) => r === value) ?? regime)}
          options={regimes.map((r) => ({ value: r, label: t(`regimes.${r}`) }))}
        />
      )}
      <GroundAndReason asked={asked} onChange={setAsked} wasTried={wasTried} />
      <FormEnd action={action}>{t('submit')}</FormEnd>
    </form>
  );
}

function whatOf(kind: Kind, scheme: 'bsn' | 'local', id: string): SearchRequest['by'] {
  if (kind === 'subject') return { kind, scheme, id };
  if (kind === 'token') return { kind, token: id };
  return { kind, id };
}

/** What was found; `isApart`: there are sources under the other act too, which it says nothing of. */
function Found({ result, isApart }: { result: SearchResult; isApart: boolean }) {
  const { t } = useTranslation('search');
  const format = useFormat();
  const under = t(`under.${result.regime}`);
  if (result.total === 0)
    return <EmptyState title={t('none')}>{isApart && <Paragraph>{under}</Paragraph>}</EmptyState>;
  const order = new Map(result.officials.map(({ actor }, i) => [actor, i + 1]));
  return (
    <>
      <p role="status">
        {t('result', { count: result.total, shown: format.count(result.total) })}
        {result.isCut && ` ${t('cut')}`}
        {isApart && ` ${under}`}
      </p>
      <section className="card" aria-labelledby="officials">
        <Heading2 id="officials">{t('officials')}</Heading2>
        <DataTable
          caption={t('officialsCaption')}
          columns={[
            { title: t('column.official') },
            { title: t('column.unit') },
            { title: t('column.lookups'), isNumber: true },
            { title: t('column.days'), isNumber: true },
            { title: t('column.first') },
            { title: t('column.last') },
            { title: t('column.withCase'), isNumber: true },
          ]}
          rows={result.officials.map((row) => [
            <Token key="token" token={row.actor} />,
            row.unit,
            format.count(row.lookups),
            format.count(row.days),
            format.instant(row.firstAt),
            format.instant(row.lastAt),
            format.count(row.withCaseRef),
          ])}
        />
      </section>
      <section className="card" aria-label={t('timeline')}>
        <SubjectTimeline
          title={t('timeline')}
          lookups={result.lookups.map((l) => ({
            occurredAt: l.occurredAt,
            officialNumber: order.get(l.actor?.token ?? '') ?? 0,
            unit: l.unit,
            system: l.system,
            hasCaseRef: l.hasCaseRef,
            isOfAlert: l.isInAlert,
            token: l.actor?.token,
          }))}
          isCut={result.isCut}
          maxLanes={MAX_LANES}
        />
      </section>
      <section className="card" aria-labelledby="lookups">
        <Heading2 id="lookups">{t('lookups')}</Heading2>
        <LookupTable caption={t('lookups')} lookups={result.lookups} hasOfficials />
      </section>
    </>
  );
}
