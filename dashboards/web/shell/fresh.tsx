import { useQueryClient } from '@tanstack/react-query';
import { Button, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery, stepUp } from '../data/session.ts';
import type { Session } from '../data/shapes.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';

const FreshContext = createContext<() => Promise<boolean>>(async () => true);
/** Asks for a new sign-in when the last one is too old for a heavy step; false when the reader gave up. */
export const useFresh = (): (() => Promise<boolean>) => useContext(FreshContext);

export function FreshSignIn({ session, children }: { session: Session; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const answer = useRef<((isFresh: boolean) => void) | null>(null);
  const freshUntil = useRef(session.freshUntil);
  freshUntil.current = session.freshUntil;
  const ensure = useCallback(async (): Promise<boolean> => {
    // A few seconds of slack: the request itself takes time too.
    if (Date.parse(freshUntil.current) > Date.now() + 5_000) return true;
    setOpen(true);
    return new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
  }, []);
  const close = (isFresh: boolean): void => {
    setOpen(false);
    answer.current?.(isFresh);
    answer.current = null;
  };
  return (
    <FreshContext value={ensure}>
      {children}
      {isOpen && <FreshDialog method={session.method} close={close} />}
    </FreshContext>
  );
}

function FreshDialog(props: { method: Session['method']; close: (isFresh: boolean) => void }) {
  const { method, close } = props;
  const { t } = useTranslation(['session', 'shell']);
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await stepUp(password);
      await queries.refetchQueries({ queryKey: sessionQuery.queryKey, exact: true });
      close(true);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Dialog title={t('stepUp.title')} onClose={() => close(false)}>
      <Paragraph>{t('stepUp.text')}</Paragraph>
      {method === 'oidc' ? (
        <p>
          <a className="utrecht-link" href="/v1/session/oidc">
            {t('submitOidc')}
          </a>
        </p>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <TextField
            label={t('password')}
            value={password}
            onChange={setPassword}
            type="password"
            autoComplete="current-password"
            isRequired
          />
          {problem !== null && <ProblemNotice problem={problem} />}
          <div className="buttons">
            <PrimaryActionButton type="submit">{t('submit')}</PrimaryActionButton>
            <Button type="button" onClick={() => close(false)}>
              {t('shell:cancel')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
