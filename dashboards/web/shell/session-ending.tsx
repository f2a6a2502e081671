import { Button, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lastAnswerAt } from '../data/client.ts';
import { Dialog } from '../ui/dialog.tsx';

const WARN_MS = 120_000;
const STEP_MS = 5_000;

/** Says two minutes ahead that the session ends, with a way to stay (WCAG 2.2.1). */
export function SessionEnding(props: {
  /** How long the server waits without activity. */
  idleMs: number;
  /** When it ends in any case, epoch ms. */
  expiresAt: number;
  extend: () => void;
  end: () => void;
}) {
  const { idleMs, expiresAt, extend, end } = props;
  const { t } = useTranslation(['session', 'shell']);
  const [now, setNow] = useState(Date.now);
  const [dismissedFor, setDismissedFor] = useState<number | null>(null);
  // What the reader did since then moved the end on; the server counts the same answers.
  const endsAt = Math.min(expiresAt, lastAnswerAt() + idleMs);
  const left = endsAt - now;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  const isOver = left <= 0;
  useEffect(() => {
    if (isOver) end();
  }, [isOver, end]);
  if (isOver || left > WARN_MS || dismissedFor === endsAt) return null;
  const minutes = Math.floor(left / 60_000);
  return (
    <Dialog title={t('ending.title')} onClose={() => setDismissedFor(endsAt)}>
      <Paragraph role="timer">
        {t('ending.text', {
          minutes: minutes < 1 ? t('ending.less') : t('ending.minutes', { count: minutes }),
        })}
      </Paragraph>
      <div className="buttons">
        <PrimaryActionButton onClick={extend}>{t('ending.extend')}</PrimaryActionButton>
        <Button onClick={() => setDismissedFor(endsAt)}>{t('shell:close')}</Button>
      </div>
    </Dialog>
  );
}
