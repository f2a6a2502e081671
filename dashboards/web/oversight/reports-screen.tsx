import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Heading1, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ReportChoice,
  type ReportKind,
  reportPdfAddress,
  reportQuery,
} from '../data/reports.ts';
import type { Report } from '../data/shapes.ts';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { SelectField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { saveText } from '../ui/save-text.ts';

const KINDS: readonly ReportKind[] = ['monthly', 'yearly', 'works-council'];
const MONTHS = 24;
const YEARS = 5;

/** Whole periods that have passed, newest first, as the service names them. */
function periodsOf(kind: ReportKind): string[] {
  const now = new Date();
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (kind !== 'monthly') return Array.from({ length: YEARS }, (_, i) => String(year - 1 - i));
  return Array.from({ length: MONTHS }, (_, i) =>
    new Date(Date.UTC(year, month - 1 - i, 1)).toISOString().slice(0, 7),
  );
}

/** Reports of a month or a year: read here, saved as a document that a screen reader can read. */
export function ReportsScreen() {
  const { t, i18n } = useTranslation('reports');
  useDocumentTitle(t('title'));
  const [kind, setKind] = useState<ReportKind>('monthly');
  const [period, setPeriod] = useState('');
  const language = i18n.language === 'en' ? 'en' : 'nl';
  const choice: ReportChoice = { kind, period, language };
  const { data, error, isPending, refetch } = useQuery(reportQuery(choice));
  return (
    <>
      <p className="crumb no-print">
        <Link to="/desk" className="utrecht-link">
          {t('back')}
        </Link>
      </p>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      <search className="filters no-print">
        <SelectField
          label={t('kindLabel')}
          value={kind}
          onChange={(value) => {
            setKind(KINDS.find((k) => k === value) ?? 'monthly');
            setPeriod('');
          }}
          options={KINDS.map((k) => ({ value: k, label: t(`kind.${k}`) }))}
        />
        <SelectField
          label={t('period')}
          value={period}
          onChange={setPeriod}
          options={[
            { value: '', label: t('last') },
            ...periodsOf(kind).map((p) => ({ value: p, label: p })),
          ]}
        />
      </search>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <div className="buttons no-print">
            <a className="utrecht-link" href={reportPdfAddress(choice)} download>
              {t('pdf')}
            </a>
            <Button onClick={() => saveText(`${kind}-${language}.md`, data.markdown, 'markdown')}>
              {t('markdown')}
            </Button>
          </div>
          <article className="card report">
            {data.blocks.map((block, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a report is made once and never moves
              <Block key={i} of={block} />
            ))}
          </article>
        </>
      )}
    </>
  );
}

/** A part of a report; its own title is one level under that of the screen. */
function Block({ of }: { of: Report['blocks'][number] }) {
  switch (of.kind) {
    case 'heading':
      return of.level === 1 ? <Heading2>{of.text}</Heading2> : <Heading3>{of.text}</Heading3>;
    case 'paragraph':
      return <Paragraph>{of.text}</Paragraph>;
    case 'list':
      return (
        <ul className="plain-list">
          {of.texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      );
    case 'table':
      return (
        <DataTable
          caption={of.head.join(', ')}
          columns={of.head.map((title) => ({ title }))}
          rows={of.rows}
        />
      );
  }
}
