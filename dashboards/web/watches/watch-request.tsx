import { useQuery } from '@tanstack/react-query';
import { Heading2, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_MOTIVATION } from '../cases/case-words.ts';
import { may } from '../data/session.ts';
import type { CaseDetail } from '../data/shapes.ts';
import { requestWatch, watchesQuery } from '../data/watches.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { shortToken } from '../ui/token.tsx';
import { useAction } from '../ui/use-action.ts';
import { WatchCard } from './watch-card.tsx';

const MOST_DAYS = 30;

/** The watches of a case and asking for one; two others have to agree before it begins. */
export function WatchesOfCase({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('watches');
  const session = useSession();
  const { data, error } = useQuery(watchesQuery);
  const own = (data?.items ?? []).filter((w) => w.caseId === of.caseId);
  return (
    <>
      <section className="card" aria-label={t('title')}>
        <Heading2>
          <HelpTerm term="watch">{t('title')}</HelpTerm>
        </Heading2>
        {error !== null && <ProblemNotice problem={error} />}
        {own.length === 0 && <Paragraph>{t('noneHere')}</Paragraph>}
        {may(session, 'requestWatch') && of.state !== 'closed' && of.actors.length > 0 && (
          <RequestForm of={of} />
        )}
      </section>
      {own.map((watch) => (
        <WatchCard key={watch.watchId} of={watch} hasCase={false} />
      ))}
    </>
  );
}

function RequestForm({ of }: { of: CaseDetail }) {
  const { t } = useTranslation(['watches', 'cases', 'breaches']);
  const action = useAction(['watches', 'tasks'], { isFresh: true });
  const [actor, setActor] = useState(of.actors[0]?.token ?? '');
  const [article, setArticle] = useState(of.protocolArticle);
  const [dpia, setDpia] = useState('');
  const [days, setDays] = useState('14');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const count = Number(days);
  const areDaysWrong = !(Number.isInteger(count) && count >= 1 && count <= MOST_DAYS);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (areDaysWrong || article.trim() === '' || dpia.trim() === '') return;
    if (reason.trim().length < MIN_MOTIVATION) return;
    const body = {
      ...{ actor, ground: of.ground, days: count, reason: reason.trim() },
      ...{ protocolArticle: article.trim(), dpiaReference: dpia.trim() },
    };
    void action.run(() => requestWatch(of.caseId, body)).then((isDone) => isDone && setReason(''));
  };
  return (
    <details className="entry no-print">
      <summary>{t('request')}</summary>
      <form onSubmit={submit} noValidate className="form">
        <Paragraph>{t('requestLead')}</Paragraph>
        <SelectField
          label={t('official')}
          value={actor}
          onChange={setActor}
          options={of.actors.map(({ token }) => ({ value: token, label: shortToken(token) }))}
        />
        <TextField label={t('article')} value={article} onChange={setArticle} isRequired />
        <TextField
          label={t('dpia')}
          help={t('dpiaHelp')}
          error={wasTried && dpia.trim() === '' ? t('breaches:step.empty') : undefined}
          value={dpia}
          onChange={setDpia}
          isRequired
        />
        <TextField
          label={t('howLong')}
          type="number"
          error={wasTried && areDaysWrong ? t('daysWrong', { most: MOST_DAYS }) : undefined}
          value={days}
          onChange={setDays}
          isRequired
        />
        <Motivation
          label={t('reason')}
          value={reason}
          onChange={setReason}
          min={MIN_MOTIVATION}
          wasTried={wasTried}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <PrimaryActionButton type="submit" disabled={action.isBusy}>
          {t('request')}
        </PrimaryActionButton>
      </form>
    </details>
  );
}
