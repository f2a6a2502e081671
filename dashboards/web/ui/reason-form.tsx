import { Button } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './answers.tsx';
import { Motivation } from './motivation.tsx';
import { useAction } from './use-action.ts';

/** One step that asks for a reason and nothing else. */
export function ReasonForm(props: {
  label: string;
  min: number;
  touches: readonly string[];
  isFresh?: boolean;
  step: (reason: string) => Promise<unknown>;
  onDone?: () => void;
  onCancel?: () => void;
}) {
  const { t } = useTranslation(['cases', 'shell']);
  const action = useAction(props.touches, { isFresh: props.isFresh === true });
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reason.trim().length < props.min) return;
    void action.run(() => props.step(reason.trim())).then((isDone) => isDone && props.onDone?.());
  };
  return (
    <form onSubmit={submit} noValidate className="entry">
      <Motivation
        label={t('decide.reason')}
        value={reason}
        onChange={setReason}
        min={props.min}
        wasTried={wasTried}
        rows={2}
      />
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <div className="buttons">
        <Button type="submit" disabled={action.isBusy}>
          {props.label}
        </Button>
        {props.onCancel !== undefined && (
          <Button type="button" onClick={props.onCancel}>
            {t('shell:cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
