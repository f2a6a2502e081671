import { Button } from '@utrecht/component-library-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { closeReveal, viewReveal } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { Reveal, RevealView } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { shortToken } from '../ui/token.tsx';
import { useAction } from '../ui/use-action.ts';

const KINDS = ['account', 'bsn', 'local'] as const;
const MAX_TIMER_MS = 86_400_000;

/** Identities live in this component alone: not in a cache, not in the address, gone when it is hidden. */
export function RevealedIdentities({ reveal }: { reveal: Reveal }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const action = useAction(['reveals'], { isFresh: true });
  /** An identity is kept with its kind before it: `account:…`. */
  const sayIdentity = (identity: string | null): string => {
    if (identity === null) return t('reveal.unknown');
    const [, kind, id = ''] = /^(account|bsn|local):(.*)$/s.exec(identity) ?? [];
    const known = KINDS.find((k) => k === kind);
    return known === undefined ? identity : t(`reveal.kind.${known}`, { id });
  };
  const [seen, setSeen] = useState<RevealView | null>(null);
  useEffect(() => {
    if (seen === null) return;
    // A time-out of more than 24 days fires at once; nobody keeps a page open that long.
    const left = Math.min(Math.max(0, Date.parse(seen.expiresAt) - Date.now()), MAX_TIMER_MS);
    const timer = setTimeout(() => setSeen(null), left);
    return () => clearTimeout(timer);
  }, [seen]);
  return (
    <>
      {seen !== null && (
        <div className="revealed">
          <p className="watermark">{t('reveal.shown', { watermark: seen.watermark })}</p>
          <DataTable
            caption={t('reveal.title')}
            columns={[{ title: t('reveal.token') }, { title: t('reveal.identity') }]}
            rows={seen.identities.map(({ token, id }) => [shortToken(token), sayIdentity(id)])}
          />
        </div>
      )}
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <div className="buttons">
        {seen === null ? (
          <Button
            disabled={action.isBusy}
            onClick={() => void action.run(async () => setSeen(await viewReveal(reveal.revealId)))}
          >
            {t('reveal.view')}
          </Button>
        ) : (
          <Button onClick={() => setSeen(null)}>{t('reveal.hide')}</Button>
        )}
        {may(session, 'closeReveal') && (
          <Button
            disabled={action.isBusy}
            onClick={() => void action.run(() => closeReveal(reveal, t('reveal.end')))}
          >
            {t('reveal.end')}
          </Button>
        )}
      </div>
    </>
  );
}
