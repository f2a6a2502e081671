import { Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findCommonAccess } from '../data/oversight.ts';
import type { CommonAccess, CommonAccessResult } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState } from '../ui/answers.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { FileField } from '../ui/file-field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { useAction } from '../ui/use-action.ts';
import { CommonAccessPicture } from './common-access-picture.tsx';
import { FIRST_ASKED, GroundAndReason, isReasoned } from './ground-and-reason.tsx';
import { MAX_PERSONS, MIN_PERSONS, numbersIn } from './person-numbers.ts';

/** Persons who were all harmed: which officials looked at more of them than chance allows. */
export function CommonAccessScreen() {
  const { t } = useTranslation('common');
  useDocumentTitle(t('title'));
  const [result, setResult] = useState<CommonAccessResult | null>(null);
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      <PersonsForm found={setResult} />
      {result !== null && <Found result={result} />}
    </>
  );
}

function PersonsForm({ found }: { found: (result: CommonAccessResult | null) => void }) {
  const { t } = useTranslation(['common', 'search', 'cases']);
  const format = useFormat();
  const action = useAction([]);
  const [scheme, setScheme] = useState<'bsn' | 'local'>('bsn');
  const [text, setText] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [asked, setAsked] = useState(FIRST_ASKED);
  const [wasTried, setTried] = useState(false);
  const numbers = numbersIn(text);
  const isRightCount = numbers.length >= MIN_PERSONS && numbers.length <= MAX_PERSONS;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isRightCount || !isReasoned(asked)) return;
    found(null);
    const body: CommonAccess = {
      subjects: numbers.map((id) => ({ scheme, id })),
      ground: asked.ground,
      reason: asked.reason.trim(),
      ...(from === '' ? {} : { from: new Date(from).toISOString() }),
      ...(to === '' ? {} : { to: new Date(to).toISOString() }),
    };
    void action.run(async () => found(await findCommonAccess(body)));
  };
  return (
    <form onSubmit={submit} noValidate className="card form">
      <SelectField
        label={t('search:scheme')}
        value={scheme}
        onChange={(value) => setScheme(value === 'local' ? 'local' : 'bsn')}
        options={[
          { value: 'bsn', label: t('search:scheme_bsn') },
          { value: 'local', label: t('search:scheme_local') },
        ]}
      />
      <TextArea
        label={t('numbers')}
        help={t('personsHelp', { most: format.count(MAX_PERSONS) })}
        error={wasTried && !isRightCount ? t('personsCount') : undefined}
        value={text}
        onChange={setText}
        isRequired
        rows={5}
      />
      <FileField
        label={t('file')}
        help={t('fileHelp')}
        accept=".csv,.txt,text/csv,text/plain"
        onRead={setText}
      />
      <p role="status" className="soft">
        {t('personsFound', { count: numbers.length })}
      </p>
      <TextField label={t('search:from')} type="date" value={from} onChange={setFrom} />
      <TextField label={t('search:to')} type="date" value={to} onChange={setTo} />
      <GroundAndReason asked={asked} onChange={setAsked} wasTried={wasTried} />
      <FormEnd action={action}>{t('submit')}</FormEnd>
    </form>
  );
}

function Found({ result }: { result: CommonAccessResult }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  if (result.officials.length === 0)
    return (
      <EmptyState title={t('none')}>
        <Paragraph>{t('noneAdvice')}</Paragraph>
      </EmptyState>
    );
  return (
    <section className="card" aria-labelledby="common">
      <Heading2 id="common">{t('found')}</Heading2>
      <p role="status">
        {t('known', { known: format.count(result.known), of: format.count(result.subjects) })}
      </p>
      <Paragraph>{t('caution')}</Paragraph>
      <CommonAccessPicture result={result} />
    </section>
  );
}
