import { Button, PrimaryActionButton } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './answers.tsx';
import { Motivation } from './motivation.tsx';
import { useAction } from './use-action.ts';

const MIN_REASON = 10;

/** The second person's yes or no to what another asked, each with a reason. */
export function DecideForm(props: {
  touches: readonly string[];
  decide: (isApproved: boolean, reason: string) => Promise<unknown>;
}) {
  const { t } = useTranslation('cases');
  const action = useAction(props.touches, { isFresh: true });
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const decide = (isApproved: boolean): void => {
    setTried(true);
    if (reason.trim().length >= MIN_REASON)
      void action.run(() => props.decide(isApproved, reason.trim()));
  };
  return (
    <div className="no-print">
      <Motivation
        label={t('decide.reason')}
        value={reason}
        onChange={setReason}
        min={MIN_REASON}
        wasTried={wasTried}
        rows={2}
      />
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <div className="buttons">
        <PrimaryActionButton onClick={() => decide(true)} disabled={action.isBusy}>
          {t('decide.approve')}
        </PrimaryActionButton>
        <Button onClick={() => decide(false)} disabled={action.isBusy}>
          {t('decide.refuse')}
        </Button>
      </div>
    </div>
  );
}
