import { Heading1, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trySource } from '../data/operations.ts';
import type { Trial } from '../data/shapes.ts';
import { useDocumentTitle } from '../shell/title.ts';
import { BackLink } from '../ui/back-link.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { FileField } from '../ui/file-field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { useAction } from '../ui/use-action.ts';
import { TrialResult } from './trial-result.tsx';

/** More than this is not needed to see what a log becomes. */
const MAX_LINES = 200;
const MAX_CHARS = 250_000;

const firstLines = (text: string): string =>
  text.split('\n').slice(0, MAX_LINES).join('\n').slice(0, MAX_CHARS);
const asName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\.[a-z]+$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);

/** What the first lines of a log become, before anything is connected. Nothing of them is kept. */
export function TryScreen() {
  const { t } = useTranslation('sources');
  useDocumentTitle(t('try.title'));
  const action = useAction([]);
  const [text, setText] = useState('');
  const [system, setSystem] = useState('bron');
  const [settings, setSettings] = useState('');
  const [trial, setTrial] = useState<Trial | null>(null);
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (text.trim() === '') return;
    setTrial(null);
    const body = {
      text: firstLines(text),
      system: asName(system) || 'bron',
      ...(settings.trim() === '' ? {} : { settings }),
    };
    void action.run(async () => setTrial(await trySource(body)));
  };
  return (
    <>
      <BackLink to="/sources" text={t('try.back')} />
      <Heading1>{t('try.title')}</Heading1>
      <Paragraph className="lead">{t('try.lead')}</Paragraph>
      <form onSubmit={submit} noValidate className="card form">
        <FileField
          label={t('try.file')}
          help={t('try.fileHelp', { lines: MAX_LINES })}
          accept=".log,.csv,.txt,.json,.ndjson,.xml"
          onRead={(read, name) => {
            setText(firstLines(read));
            setSystem(asName(name) || 'bron');
          }}
        />
        <TextArea
          label={t('try.text')}
          help={t('try.textHelp')}
          error={wasTried && text.trim() === '' ? t('try.empty') : undefined}
          value={text}
          onChange={setText}
          isRequired
          rows={6}
        />
        <TextField
          label={t('try.system')}
          help={t('try.systemHelp')}
          value={system}
          onChange={setSystem}
        />
        <TextArea
          label={t('try.settings')}
          help={t('try.settingsHelp')}
          value={settings}
          onChange={setSettings}
          rows={4}
        />
        <FormEnd action={action}>{t('try.submit')}</FormEnd>
      </form>
      {trial !== null && <TrialResult trial={trial} edit={setSettings} />}
    </>
  );
}
