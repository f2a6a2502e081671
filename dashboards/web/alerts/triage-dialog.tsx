import { Button, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../ui/answers.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';

export const OUTCOMES = [
  'explained',
  'work-practice',
  'detector-error',
  'inconclusive',
  'suspicion',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const MIN_REASON = 10;

/** Outcome and reason for one or several alerts; the reason is part of the record and cannot be empty. */
export function TriageDialog(props: {
  count: number;
  /** States that may follow; every outcome when not given. */
  allowed?: readonly string[];
  isBusy: boolean;
  problem: unknown;
  onSubmit: (outcome: Outcome, reason: string) => void;
  onClose: () => void;
}) {
  const { count, allowed, isBusy, problem, onSubmit, onClose } = props;
  const { t } = useTranslation(['triage', 'shell']);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const missing = MIN_REASON - reason.trim().length;
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (outcome !== null && missing <= 0) onSubmit(outcome, reason.trim());
  };
  return (
    <Dialog title={count === 1 ? t('title') : t('titleMany', { count })} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <fieldset className="choices" aria-describedby={`${id}-missing`}>
          <legend>{t('outcome')}</legend>
          {wasTried && outcome === null && (
            <p id={`${id}-missing`} className="error">
              {t('outcomeMissing')}
            </p>
          )}
          {OUTCOMES.filter((word) => allowed?.includes(word) ?? true).map((word) => (
            <p key={word} className="check">
              <input
                id={`${id}-${word}`}
                type="radio"
                name={id}
                checked={outcome === word}
                onChange={() => setOutcome(word)}
                aria-describedby={`${id}-${word}-help`}
              />
              <span>
                <label htmlFor={`${id}-${word}`}>{t(`status.${word}`)}</label>
                <span id={`${id}-${word}-help`} className="check__help">
                  {t(`help.${word}`)}
                </span>
              </span>
            </p>
          ))}
        </fieldset>
        <TextArea
          label={t('reason')}
          help={t('reasonHelp', { count: MIN_REASON })}
          error={wasTried && missing > 0 ? t('reasonShort', { count: missing }) : undefined}
          value={reason}
          onChange={setReason}
          isRequired
        />
        {problem !== null && <ProblemNotice problem={problem} />}
        {isBusy && <Paragraph role="status">{t('shell:loading')}</Paragraph>}
        <div className="buttons">
          <PrimaryActionButton type="submit" disabled={isBusy}>
            {t('submit')}
          </PrimaryActionButton>
          <Button type="button" onClick={onClose}>
            {t('shell:cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
