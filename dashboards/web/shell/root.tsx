import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { createContext, useCallback, useContext } from 'react';
import { Problem } from '../data/client.ts';
import { LiveNews } from '../data/live.tsx';
import { sessionQuery, signOut, switchRole } from '../data/session.ts';
import type { Session } from '../data/shapes.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { Frame } from './frame.tsx';
import { FreshSignIn } from './fresh.tsx';
import { keepingPreferences } from './preferences.ts';
import { SessionEnding } from './session-ending.tsx';
import { SignIn } from './sign-in.tsx';

/** A clock of this machine that runs ahead must not end a session that has just begun. */
const WARNED_MS = 180_000;

const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only inside a screen, where somebody is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('No screen is shown without a session.');
  return session;
}

/** The frame around every screen: nobody signed in sees the sign-in, whatever the address. */
export function Root() {
  const queries = useQueryClient();
  const { data: session, error, isPending, refetch, dataUpdatedAt } = useQuery(sessionQuery);
  // What one person saw must not be there for the next one at this machine.
  const forget = useCallback(() => {
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    queries.setQueryData(sessionQuery.queryKey, null);
  }, [queries]);
  const leave = useCallback(async () => {
    await keepingPreferences(signOut);
    forget();
  }, [forget]);
  const extend = useCallback(() => void refetch(), [refetch]);
  const changeRole = useCallback(
    async (role: Session['role']) => {
      await switchRole(role);
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      await refetch();
    },
    [queries, refetch],
  );
  const body = () => {
    if (isPending) return <Loading />;
    if (error !== null && !(error instanceof Problem && error.status === 401))
      return <ProblemNotice problem={error} retry={extend} />;
    if (session === null || session === undefined) return <SignIn done={extend} />;
    return (
      <SessionContext value={session}>
        <LiveNews>
          <SessionEnding
            idleMs={Math.max(WARNED_MS, Date.parse(session.idleUntil) - dataUpdatedAt)}
            expiresAt={Date.parse(session.expiresAt)}
            extend={extend}
            end={extend}
          />
          <FreshSignIn session={session}>
            <Outlet />
          </FreshSignIn>
        </LiveNews>
      </SessionContext>
    );
  };
  return (
    <Frame
      session={session ?? null}
      signOut={() => void leave()}
      changeRole={(role) => void changeRole(role)}
    >
      {body()}
    </Frame>
  );
}
