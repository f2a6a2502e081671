import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_REASON } from '../cases/case-words.ts';
import { makeExtract } from '../data/samples.ts';
import type { ResidentExtract } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';

/** What a resident who asks may know: day, system, unit, purpose; never which official. */
export function ExtractSection() {
  const { t } = useTranslation(['extract', 'search']);
  const action = useAction([], { isFresh: true });
  const [scheme, setScheme] = useState<'bsn' | 'local'>('bsn');
  const [id, setId] = useState('');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const [extract, setExtract] = useState<ResidentExtract | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (id.trim() === '' || reason.trim().length < MIN_REASON) return;
    const body = {
      scheme,
      id: id.trim(),
      ground: 'request-of-resident' as const,
      reason: reason.trim(),
    };
    void action.run(async () => setExtract(await makeExtract(body)));
  };
  return (
    <section className="card" aria-labelledby="extract">
      <Heading2 id="extract">{t('title')}</Heading2>
      <Paragraph>{t('lead')}</Paragraph>
      <form onSubmit={submit} noValidate className="form no-print">
        <SelectField
          label={t('search:scheme')}
          value={scheme}
          onChange={(value) => setScheme(value === 'local' ? 'local' : 'bsn')}
          options={[
            { value: 'bsn', label: t('search:scheme_bsn') },
            { value: 'local', label: t('search:scheme_local') },
          ]}
        />
        <TextField label={t('search:id')} value={id} onChange={setId} isRequired />
        <Motivation
          label={t('search:reason')}
          value={reason}
          onChange={setReason}
          min={MIN_REASON}
          wasTried={wasTried}
          rows={2}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('submit')}
        </Button>
      </form>
      {extract !== null && <Lines of={extract} />}
    </section>
  );
}

function Lines({ of }: { of: ResidentExtract }) {
  const { t, i18n } = useTranslation('extract');
  const format = useFormat();
  const caption = t('caption', { from: of.period.from, to: of.period.to });
  return (
    <div className="entry" role="status">
      <Paragraph>{of.note[i18n.language === 'en' ? 'en' : 'nl']}</Paragraph>
      {of.lines.length === 0 ? (
        <Paragraph>{t('none')}</Paragraph>
      ) : (
        <>
          <DataTable
            caption={caption}
            columns={[
              { title: t('date') },
              { title: t('system') },
              { title: t('unit') },
              { title: t('purpose') },
              { title: t('action') },
              { title: t('data') },
              { title: t('times'), isNumber: true },
            ]}
            rows={of.lines.map((line) => [
              line.date,
              line.system,
              line.unit,
              line.purpose,
              line.action,
              line.dataKinds.join(', '),
              format.count(line.times),
            ])}
          />
          <Button className="no-print" onClick={() => print()}>
            {t('print')}
          </Button>
        </>
      )}
    </div>
  );
}
