import { Navigate } from '@tanstack/react-router';
import { may } from '../data/session.ts';
import { NotFound } from './not-found.tsx';
import { useSession } from './root.tsx';
import { SCREENS } from './screens.ts';

/** The address without a path: the first screen that this role has. */
export function StartScreen() {
  const session = useSession();
  const first = SCREENS.find((screen) => may(session, screen.operation));
  return first === undefined ? <NotFound /> : <Navigate to={first.path} replace />;
}
