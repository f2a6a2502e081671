import { queryOptions } from '@tanstack/react-query';
import type { Operation } from '../../../api/access.ts';
import { Problem, request, setCsrfToken } from './client.ts';
import type { Session, SignInMethods } from './shapes.ts';

/** Who is signed in; null when nobody is. Asking again counts as activity and so extends the session. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const session = await request<Session>('/v1/session', { signal });
      setCsrfToken(session.csrfToken);
      return session;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
});

export const methodsQuery = queryOptions({
  queryKey: ['session', 'methods'],
  queryFn: ({ signal }) => request<SignInMethods>('/v1/sign-in', { signal }),
});

export async function signIn(account: string, password: string): Promise<void> {
  await request('/v1/session', { method: 'POST', body: { account, password } });
}

/** A fresh sign-in, which reveal, export and closing ask for. */
export async function stepUp(password: string): Promise<void> {
  await request('/v1/session/step-up', { method: 'POST', body: { password } });
}

export async function switchRole(role: Session['role']): Promise<void> {
  await request('/v1/session/role', { method: 'PUT', body: { role } });
}

export async function signOut(): Promise<void> {
  await request('/v1/session', { method: 'DELETE' });
  setCsrfToken(null);
}

/** Whether this role may call an operation. The server decides; this only hides what it would refuse. */
export const may = (session: Session, operation: Operation): boolean =>
  session.operations.includes(operation);
