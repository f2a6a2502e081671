import { useQuery } from '@tanstack/react-query';
import { Alert, Heading1, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../data/client.ts';
import { methodsQuery, signIn } from '../data/session.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';

/** Local accounts by password, or the way to the sign-in of the organisation. */
export function SignIn({ done }: { done: () => void }) {
  const { t } = useTranslation('session');
  const { data: methods } = useQuery(methodsQuery);
  const hasPassword = methods === undefined || methods.methods.includes('local');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn(name, password);
      done();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const isWrong = problem instanceof Problem && [401, 403, 422, 400].includes(problem.status);
  return (
    <div className="card sign-in">
      <Heading1>{t('title')}</Heading1>
      {methods?.isDemo === true && (
        <Alert type="info" role="note">
          <Paragraph>{t('demo')}</Paragraph>
        </Alert>
      )}
      {methods?.oidcUrl != null && (
        <>
          <Paragraph>{t('introOidc')}</Paragraph>
          <p>
            <a className="utrecht-link" href={methods.oidcUrl}>
              {t('submitOidc')}
            </a>
          </p>
        </>
      )}
      {hasPassword && (
        <form onSubmit={(event) => void submit(event)}>
          <Paragraph>{t('intro')}</Paragraph>
          {isWrong && (
            <Alert type="error" role="alert">
              <Paragraph>{t('failed')}</Paragraph>
            </Alert>
          )}
          {problem !== null && !isWrong && <ProblemNotice problem={problem} />}
          <TextField
            label={t('name')}
            value={name}
            onChange={setName}
            autoComplete="username"
            isRequired
          />
          <TextField
            label={t('password')}
            value={password}
            onChange={setPassword}
            type="password"
            autoComplete="current-password"
            isRequired
          />
          <div className="buttons">
            <PrimaryActionButton type="submit" disabled={isBusy}>
              {t('submit')}
            </PrimaryActionButton>
          </div>
          <p className="soft small">{t('first')}</p>
        </form>
      )}
    </div>
  );
}
