import { Link, useRouterState } from '@tanstack/react-router';
import { SkipLink } from '@utrecht/component-library-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { may } from '../data/session.ts';
import type { Session } from '../data/shapes.ts';
import { changeLanguage } from './language.ts';
import { SCREENS } from './screens.ts';
import { useTheme } from './theme.ts';

/** Header, menu and footer around a screen. What the role may not open is not in the menu. */
export function Frame(props: {
  session: Session | null;
  signOut: () => void;
  changeRole: (role: Session['role']) => void;
  children: ReactNode;
}) {
  const { session, signOut, changeRole, children } = props;
  const { t, i18n } = useTranslation(['shell', 'session']);
  const [theme, nextTheme] = useTheme();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(path);
  useEffect(() => {
    // After a change of screen the focus goes to its content, as after a page load.
    if (lastPath.current === path) return;
    lastPath.current = path;
    main.current?.focus();
    scrollTo(0, 0);
  }, [path]);
  const other = i18n.language === 'en' ? 'nl' : 'en';
  const screens = session === null ? [] : SCREENS.filter((s) => may(session, s.operation));
  return (
    <>
      <SkipLink href="#content">{t('skip')}</SkipLink>
      <header className="top">
        <div className="width top__row">
          <p className="brand">
            <Link to="/">{t('product')}</Link>
            <span>{t('tagline')}</span>
          </p>
          <ul className="tools" aria-label={t('tools')}>
            {session !== null && (
              <li>
                <SignedIn session={session} changeRole={changeRole} />
              </li>
            )}
            <li>
              <button type="button" className="tools__button" onClick={nextTheme}>
                {t(`theme.${theme}`)}
              </button>
            </li>
            <li>
              <button
                type="button"
                className="tools__button"
                lang={other}
                onClick={() => void changeLanguage(other)}
              >
                {t('otherLanguage')}
              </button>
            </li>
            {session !== null && (
              <li>
                <button type="button" className="tools__button" onClick={signOut}>
                  {t('signOut')}
                </button>
              </li>
            )}
          </ul>
        </div>
        {screens.length > 0 && (
          <nav className="menu" aria-label={t('menu')}>
            <ul className="width">
              {screens.map(({ name, path: to }) => (
                <li key={name}>
                  <Link to={to} aria-current={path.startsWith(to) ? 'page' : undefined}>
                    {t(`nav.${name}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </header>
      <main id="content" ref={main} className="width content" tabIndex={-1}>
        {children}
      </main>
      <footer className="bottom">
        <div className="width">
          <p>{t('footer.zone')}</p>
          <p>{t('footer.tokens')}</p>
          <p>{t('footer.logged')}</p>
        </div>
      </footer>
    </>
  );
}

/** Name and role; who has several roles works in one at a time and picks it here. */
function SignedIn(props: { session: Session; changeRole: (role: Session['role']) => void }) {
  const { session, changeRole } = props;
  const { t } = useTranslation(['shell', 'session']);
  if (session.roles.length < 2)
    return t('signedInAs', { name: session.name, role: t(`session:role.${session.role}`) });
  return (
    <label className="tools__role">
      {session.name}
      <span className="visually-hidden">, {t('session:roleLabel')}</span>
      <select
        value={session.role}
        onChange={(event) => {
          const role = session.roles.find((r) => r === event.currentTarget.value);
          if (role !== undefined) changeRole(role);
        }}
      >
        {session.roles.map((role) => (
          <option key={role} value={role}>
            {t(`session:role.${role}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
