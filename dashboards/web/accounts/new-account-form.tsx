import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createAccount } from '../data/accounts.ts';
import type { Account, AccountCreated } from '../data/shapes.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { Choices } from '../ui/choices.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { useAction } from '../ui/use-action.ts';
import { isLogin, ROLES } from './account-words.ts';
import { SecretOnce } from './secret-once.tsx';

/** An account for a person. Who it is and under which names they stand in the logs keeps two persons two. */
export function NewAccountForm() {
  const { t } = useTranslation(['accounts', 'session']);
  const action = useAction(['accounts'], { isFresh: true });
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [person, setPerson] = useState('');
  const [actors, setActors] = useState('');
  const [roles, setRoles] = useState<Account['roles']>([]);
  const [created, setCreated] = useState<AccountCreated | null>(null);
  const [wasTried, setTried] = useState(false);
  const missing = (text: string): string | undefined =>
    wasTried && text.trim() === '' ? t('empty') : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isLogin(login) || name.trim() === '' || person.trim() === '' || roles.length === 0) return;
    const actorIds = actors
      .split(/[\s,;]+/)
      .filter((each) => each !== '')
      .slice(0, 10);
    const body = { login, name: name.trim(), roles, person: person.trim(), actorIds };
    void action
      .run(async () => setCreated(await createAccount(body)))
      .then((isDone) => {
        if (!isDone) return;
        for (const clear of [setLogin, setName, setPerson, setActors]) clear('');
        setRoles([]);
        setTried(false);
      });
  };
  return (
    <section className="card" aria-labelledby="new-account">
      <Heading2 id="new-account">{t('new.title')}</Heading2>
      <Paragraph>{t('new.lead')}</Paragraph>
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
          error={missing(name)}
          value={name}
          onChange={setName}
          isRequired
        />
        <TextField
          label={t('person')}
          help={t('personHelp')}
          error={missing(person)}
          value={person}
          onChange={setPerson}
          isRequired
        />
        <TextArea
          label={t('actors')}
          help={t('actorsHelp')}
          value={actors}
          onChange={setActors}
          rows={2}
        />
        <Choices
          legend={t('roles')}
          options={ROLES.map((r) => ({ value: r, label: t(`session:role.${r}`) }))}
          chosen={roles}
          onChange={setRoles}
          error={wasTried && roles.length === 0 ? t('noRole') : undefined}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('new.submit')}
        </Button>
      </form>
    </section>
  );
}
