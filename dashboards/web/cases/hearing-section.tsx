import {
  Button,
  Heading2,
  Heading3,
  Paragraph,
  PrimaryActionButton,
} from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askHearing, recordAnswer } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail, Hearing } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import { Tag } from '../ui/marks.tsx';
import { useAction } from '../ui/use-action.ts';

/** The neutral question, its deadline, and the answer word for word. */
export function HearingSection({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const canAsk =
    may(session, 'askHearing') && (of.state === 'open' || of.state === 'hearing') && !of.isSilent;
  return (
    <section className="card" aria-labelledby="hearing">
      <Heading2 id="hearing">{t('hearing.title')}</Heading2>
      {of.hearings.length === 0 && <Paragraph>{t('hearing.none')}</Paragraph>}
      {of.hearings.map((hearing) => (
        <OneHearing key={hearing.hearingId} of={of} hearing={hearing} />
      ))}
      {canAsk && <AskForm of={of} />}
    </section>
  );
}

function OneHearing({ of, hearing }: { of: CaseDetail; hearing: Hearing }) {
  const { t, i18n } = useTranslation('cases');
  const format = useFormat();
  const session = useSession();
  return (
    <div className="entry">
      <Heading3>{hearing.question[i18n.language === 'en' ? 'en' : 'nl']}</Heading3>
      <p className="soft small">
        {t('hearing.asked', {
          to: t(`hearing.to_${hearing.to}`),
          at: format.date(hearing.askedAt),
          by: hearing.askedBy.name,
        })}
      </p>
      {hearing.state === 'asked' && (
        <p>
          {t('hearing.deadline', { at: format.date(hearing.deadlineAt) })}{' '}
          {hearing.isOverdue && <Tag tone="bad">{t('hearing.overdue')}</Tag>}
        </p>
      )}
      {hearing.state === 'silent' && <Paragraph>{t('hearing.wasSilent')}</Paragraph>}
      {hearing.answer !== null && (
        <blockquote className="answer">
          <p className="quote">{hearing.answer.text}</p>
          <footer className="soft small">
            {t('hearing.received', {
              at: format.instant(hearing.answer.receivedAt),
              by: hearing.answer.recordedBy.name,
            })}
          </footer>
        </blockquote>
      )}
      {hearing.state === 'asked' && may(session, 'recordAnswer') && (
        <AnswerForm of={of} hearingId={hearing.hearingId} />
      )}
    </div>
  );
}

function AnswerForm({ of, hearingId }: { of: CaseDetail; hearingId: string }) {
  const { t } = useTranslation('cases');
  const action = useAction(['case']);
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') void action.run(() => recordAnswer(of, hearingId, text));
  };
  return (
    <form onSubmit={submit} className="no-print">
      <TextArea label={t('hearing.answer')} value={text} onChange={setText} isRequired />
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <div className="buttons">
        <PrimaryActionButton type="submit" disabled={action.isBusy}>
          {t('hearing.record')}
        </PrimaryActionButton>
        <Button
          type="button"
          disabled={action.isBusy}
          onClick={() => void action.run(() => recordAnswer(of, hearingId, null))}
        >
          {t('hearing.silent')}
        </Button>
      </div>
    </form>
  );
}

function AskForm({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const action = useAction(['case', 'cases']);
  const [to, setTo] = useState('official');
  const [alertId, setAlertId] = useState(of.alertIds[0] ?? '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void action.run(() => askHearing(of, to === 'manager' ? 'manager' : 'official', alertId));
  };
  return (
    <form onSubmit={submit} className="filters no-print">
      <SelectField
        label={t('hearing.to')}
        value={to}
        onChange={setTo}
        options={[
          { value: 'official', label: t('hearing.to_official') },
          { value: 'manager', label: t('hearing.to_manager') },
        ]}
      />
      {of.alertIds.length > 1 && (
        <SelectField
          label={t('hearing.alert')}
          value={alertId}
          onChange={setAlertId}
          options={of.alertIds.map((id) => ({ value: id, label: id }))}
        />
      )}
      <Button type="submit" disabled={action.isBusy}>
        {t('hearing.ask')}
      </Button>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
    </form>
  );
}
