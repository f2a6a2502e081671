import { Button, Heading2, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  decideClosing,
  proposeClosing,
  referCase,
  releaseHold,
  reopenCase,
} from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { DecideForm } from '../ui/decide-form.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { ReasonForm } from '../ui/reason-form.tsx';
import { useAction } from '../ui/use-action.ts';
import { DISPOSITIONS, isBlame, MIN_MOTIVATION, MIN_REASON } from './case-words.ts';

/** How a case ends: referral, a disposition by two, and what may follow. */
export function ClosingSection({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const isRunning = of.state !== 'closed';
  return (
    <section className="card" aria-labelledby="closing">
      <Heading2 id="closing">{t('close.title')}</Heading2>
      {isRunning && of.closing === null && <Paragraph>{t('close.lead')}</Paragraph>}
      {of.closing !== null && <Waiting of={of} closing={of.closing} />}
      {isRunning && of.closing === null && may(session, 'proposeClosing') && <Propose of={of} />}
      {(of.state === 'open' || of.state === 'hearing') && may(session, 'referCase') && (
        <Refer of={of} />
      )}
      {of.state === 'closed' && may(session, 'reopenCase') && (
        <ReasonForm
          label={t('reopen')}
          min={MIN_REASON}
          touches={['case', 'cases']}
          isFresh
          step={(reason) => reopenCase(of, reason)}
        />
      )}
      {of.state === 'closed' && of.hold === 'active' && may(session, 'releaseHold') && (
        <ReasonForm
          label={t('release.submit')}
          min={MIN_REASON}
          touches={['case']}
          isFresh
          step={(reason) => releaseHold(of, reason)}
        />
      )}
    </section>
  );
}

function Waiting(props: { of: CaseDetail; closing: NonNullable<CaseDetail['closing']> }) {
  const { of, closing } = props;
  const { t } = useTranslation('cases');
  const format = useFormat();
  const session = useSession();
  const isOwn = closing.proposedBy.accountId === session.accountId;
  return (
    <div className="entry">
      <Paragraph>
        {t('close.waiting', {
          by: closing.proposedBy.name,
          at: format.instant(closing.proposedAt),
          until: format.instant(closing.expiresAt),
          disposition: t(`disposition.${closing.disposition}`),
        })}
      </Paragraph>
      <p className="quote">{closing.reason}</p>
      {isOwn && <Paragraph>{t('close.own')}</Paragraph>}
      {!isOwn && !may(session, 'approveClosing') && <Paragraph>{t('decide.notYou')}</Paragraph>}
      {!isOwn && may(session, 'approveClosing') && (
        <DecideForm
          touches={['case', 'cases']}
          decide={(isApproved, reason) => decideClosing(of, isApproved, reason)}
        />
      )}
    </div>
  );
}

function Propose({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const action = useAction(['case', 'cases'], { isFresh: true });
  const [word, setWord] = useState<string>(DISPOSITIONS[0] ?? '');
  const [reason, setReason] = useState('');
  const [exception, setException] = useState('');
  const [wasTried, setTried] = useState(false);
  const disposition = DISPOSITIONS.find((d) => d === word);
  const wasHeard = of.hearings.some((h) => h.state !== 'asked');
  const needsException = disposition !== undefined && isBlame(disposition) && !wasHeard;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (disposition === undefined || reason.trim().length < MIN_MOTIVATION) return;
    const hasException = needsException && exception.trim() !== '';
    const body = {
      disposition,
      reason: reason.trim(),
      ...(hasException ? { exception: exception.trim() } : {}),
    };
    void action.run(() => proposeClosing(of, body));
  };
  return (
    <form onSubmit={submit} noValidate className="no-print">
      <SelectField
        label={t('close.disposition')}
        value={word}
        onChange={setWord}
        options={DISPOSITIONS.map((d) => ({ value: d, label: t(`disposition.${d}`) }))}
      />
      <Motivation
        label={t('fact.reason')}
        value={reason}
        onChange={setReason}
        min={MIN_MOTIVATION}
        wasTried={wasTried}
      />
      {needsException && (
        <TextArea label={t('close.exception')} value={exception} onChange={setException} />
      )}
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <PrimaryActionButton type="submit" disabled={action.isBusy}>
        {t('close.propose')}
      </PrimaryActionButton>
    </form>
  );
}

function Refer({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const action = useAction(['case', 'cases'], { isFresh: true });
  const [reason, setReason] = useState('');
  const [isSilent, setSilent] = useState(false);
  const [wasTried, setTried] = useState(false);
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reason.trim().length >= MIN_MOTIVATION)
      void action.run(() => referCase(of, reason.trim(), isSilent));
  };
  return (
    <details className="entry no-print">
      <summary>{t('refer.title')}</summary>
      <Paragraph>{t('refer.lead')}</Paragraph>
      <form onSubmit={submit} noValidate>
        <Motivation
          label={t('fact.reason')}
          value={reason}
          onChange={setReason}
          min={MIN_MOTIVATION}
          wasTried={wasTried}
        />
        <p className="check">
          <input
            id={id}
            type="checkbox"
            checked={isSilent}
            onChange={(event) => setSilent(event.currentTarget.checked)}
          />
          <label htmlFor={id}>{t('refer.silent')}</label>
        </p>
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('refer.submit')}
        </Button>
      </form>
    </details>
  );
}
