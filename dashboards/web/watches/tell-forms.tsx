import { Button } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_REASON } from '../cases/case-words.ts';
import { may } from '../data/session.ts';
import type { Watch } from '../data/shapes.ts';
import { discloseWatch, postponeDisclosure } from '../data/watches.ts';
import { fromField, toField } from '../shell/local-time.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';

/** A moment, a reason and, for telling, how it was done. */
function MomentForm(props: {
  title: string;
  moment: string;
  how: string | null;
  isFresh: boolean;
  step: (at: string, reason: string, how: string) => Promise<unknown>;
}) {
  const { title, moment, how: howLabel, isFresh, step } = props;
  const { t } = useTranslation(['watches', 'breaches', 'cases']);
  const action = useAction(['watches', 'tasks'], { isFresh });
  const [at, setAt] = useState(() => toField(Date.now()));
  const [how, setHow] = useState('');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const instant = fromField(at);
  const isHowMissing = howLabel !== null && how.trim().length < 3;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (instant === null || isHowMissing || reason.trim().length < MIN_REASON) return;
    void action.run(() => step(instant, reason.trim(), how.trim()));
  };
  return (
    <details className="entry no-print">
      <summary>{title}</summary>
      <form onSubmit={submit} noValidate className="form">
        <TextField
          label={moment}
          type="datetime-local"
          value={at}
          onChange={setAt}
          error={wasTried && instant === null ? t('breaches:step.noMoment') : undefined}
          isRequired
        />
        {howLabel !== null && (
          <TextField
            label={howLabel}
            value={how}
            onChange={setHow}
            error={wasTried && isHowMissing ? t('breaches:step.short') : undefined}
            isRequired
          />
        )}
        <Motivation
          label={t('cases:decide.reason')}
          value={reason}
          onChange={setReason}
          min={MIN_REASON}
          wasTried={wasTried}
          rows={2}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {title}
        </Button>
      </form>
    </details>
  );
}

/** Nothing but telling ends the task of telling; the data protection officer may put it off. */
export function TellForms({ of }: { of: Watch }) {
  const { t } = useTranslation('watches');
  const session = useSession();
  return (
    <>
      {may(session, 'discloseWatch') && (
        <MomentForm
          title={t('tell')}
          moment={t('toldAt')}
          how={t('how')}
          isFresh={false}
          step={(informedAt, reason, how) => discloseWatch(of, { informedAt, how, reason })}
        />
      )}
      {may(session, 'postponeDisclosure') && (
        <MomentForm
          title={t('postpone')}
          moment={t('postponeUntil')}
          how={null}
          isFresh
          step={(until, reason) => postponeDisclosure(of, { until, reason })}
        />
      )}
    </>
  );
}
