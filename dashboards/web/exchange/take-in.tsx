import { Heading2 } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { importExchange } from '../data/exchange.ts';
import { TextField } from '../ui/field.tsx';
import { FileField } from '../ui/file-field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { useAction } from '../ui/use-action.ts';

/** What the service takes at most; a statement is a few kB. */
const MAX_CHARACTERS = 200_000;
const FINGERPRINT = /^[0-9a-f]{64}$/i;

/** The file of another municipality: whose it is, the file, and the key that it must be signed with. */
export function TakeIn() {
  const { t } = useTranslation('exchange');
  const action = useAction(['exchange'], { isFresh: true });
  const [label, setLabel] = useState('');
  const [file, setFile] = useState({ text: '', name: '' });
  const [fingerprint, setFingerprint] = useState('');
  const [wasTried, setTried] = useState(false);
  /** Names of what was taken in; a file field is emptied by making it anew. */
  const [done, setDone] = useState<string[]>([]);
  const key = fingerprint.replace(/[\s:]/g, '');
  const wrong = {
    label: label.trim() === '' ? t('take.labelShort') : undefined,
    file:
      file.text === ''
        ? t('take.fileMissing')
        : file.text.length > MAX_CHARACTERS
          ? t('take.fileLarge')
          : undefined,
    key: FINGERPRINT.test(key) ? undefined : t('take.fingerprintWrong'),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.values(wrong).some((each) => each !== undefined)) return;
    const body = { label: label.trim(), text: file.text, fingerprint: key };
    void action
      .run(() => importExchange(body))
      .then((isDone) => {
        if (!isDone) return;
        setDone([...done, body.label]);
        setLabel('');
        setFile({ text: '', name: '' });
        setFingerprint('');
        setTried(false);
      });
  };
  return (
    <section className="card no-print" aria-labelledby="take-in">
      <Heading2 id="take-in">{t('take.title')}</Heading2>
      <form onSubmit={submit} noValidate className="form">
        <TextField
          label={t('take.label')}
          error={wasTried ? wrong.label : undefined}
          value={label}
          onChange={setLabel}
          isRequired
        />
        <FileField
          key={done.length}
          label={t('take.file')}
          help={file.name === '' ? t('take.fileHelp') : t('take.chosen', { name: file.name })}
          error={wasTried ? wrong.file : undefined}
          accept=".json,application/json"
          onRead={(text, name) => setFile({ text, name })}
        />
        <TextField
          label={t('take.fingerprint')}
          help={t('take.fingerprintHelp')}
          error={wasTried ? wrong.key : undefined}
          value={fingerprint}
          onChange={setFingerprint}
          isRequired
        />
        <FormEnd action={action}>{t('take.submit')}</FormEnd>
        <p role="status" className={done.length > 0 ? 'said' : undefined}>
          {done.length > 0 && t('take.done', { label: done.at(-1) })}
        </p>
      </form>
    </section>
  );
}
