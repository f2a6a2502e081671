import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createServiceAccount } from '../data/accounts.ts';
import type { Account, AccountCreated } from '../data/shapes.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { Choices } from '../ui/choices.tsx';
import { TextField } from '../ui/field.tsx';
import { useAction } from '../ui/use-action.ts';
import { isLogin, SCOPE_WORDS, SCOPES } from './account-words.ts';
import { SecretOnce } from './secret-once.tsx';

/** An account for a machine, with the few things it may do. */
export function NewServiceForm() {
  const { t } = useTranslation('accounts');
  const action = useAction(['accounts'], { isFresh: true });
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Account['scopes']>([]);
  const [created, setCreated] = useState<AccountCreated | null>(null);
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isLogin(login) || name.trim() === '' || scopes.length === 0) return;
    const body = { login, name: name.trim(), scopes };
    void action
      .run(async () => setCreated(await createServiceAccount(body)))
      .then((isDone) => {
        if (!isDone) return;
        setLogin('');
        setName('');
        setScopes([]);
        setTried(false);
      });
  };
  return (
    <section className="card" aria-labelledby="new-service">
      <Heading2 id="new-service">{t('service.title')}</Heading2>
      <Paragraph>{t('service.lead')}</Paragraph>
      {created !== null && <SecretOnce created={created} />}
      <form onSubmit={submit} noValidate className="form">
        <TextField
          label={t('login')}
          help={t('loginHelp')}
          error={wasTried && !isLogin(login) ? t('loginWrong') : undefined}
          value={login}
          onChange={setLogin}
          isRequired
        />
        <TextField
          label={t('name')}
          error={wasTried && name.trim() === '' ? t('empty') : undefined}
          value={name}
          onChange={setName}
          isRequired
        />
        <Choices
          legend={t('scopes')}
          options={SCOPES.map((s) => ({ value: s, label: t(`scope.${SCOPE_WORDS[s]}`) }))}
          chosen={scopes}
          onChange={setScopes}
          error={wasTried && scopes.length === 0 ? t('noScope') : undefined}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('service.submit')}
        </Button>
      </form>
    </section>
  );
}
