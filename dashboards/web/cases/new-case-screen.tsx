import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Heading1, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertQuery } from '../data/alerts.ts';
import { openCase } from '../data/cases.ts';
import { useDocumentTitle } from '../shell/title.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';
import { GROUNDS, MIN_MOTIVATION } from './case-words.ts';

const route = getRouteApi('/cases/new');

/** Opens a case from an alert: ground and article first, since an inquiry outside the protocol is worth nothing. */
export function NewCaseScreen() {
  const { t } = useTranslation('cases');
  useDocumentTitle(t('new.title'));
  const { alertId } = route.useSearch();
  const { data: alert, error } = useQuery(alertQuery(alertId));
  const titleOf = useTypologyTitle();
  const navigate = useNavigate();
  const action = useAction(['alerts', 'alert', 'cases']);
  const [title, setTitle] = useState('');
  const [ground, setGround] = useState<string>(GROUNDS[0] ?? '');
  const [article, setArticle] = useState('');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const chosen = GROUNDS.find((g) => g === ground);
    if (chosen === undefined || title.trim().length < 3 || article.trim() === '') return;
    if (reason.trim().length < MIN_MOTIVATION) return;
    const body = {
      title: title.trim(),
      alertIds: [alertId],
      ground: chosen,
      protocolArticle: article.trim(),
      reason: reason.trim(),
    };
    void action.run(async () => {
      const { caseId } = await openCase(body);
      await navigate({ to: '/cases/$caseId', params: { caseId } });
    });
  };
  const missing = (value: string, min: number): string | undefined =>
    wasTried && value.trim().length < min
      ? t('reasonShort', { count: min - value.trim().length })
      : undefined;
  return (
    <div className="card form">
      <Heading1>{t('new.title')}</Heading1>
      <Paragraph>{t('new.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {alert !== undefined && (
        <p>
          <Link to="/alerts/$alertId" params={{ alertId }} className="utrecht-link">
            {t('new.alert', { title: titleOf(alert.typology) })}
          </Link>
        </p>
      )}
      <form onSubmit={submit} noValidate>
        <TextField
          label={t('new.name')}
          value={title}
          onChange={setTitle}
          error={missing(title, 3)}
          isRequired
        />
        <SelectField
          label={t('new.ground')}
          value={ground}
          onChange={setGround}
          options={GROUNDS.map((g) => ({ value: g, label: t(`ground.${g}`) }))}
        />
        <TextField
          label={t('new.article')}
          value={article}
          onChange={setArticle}
          error={missing(article, 1)}
          isRequired
        />
        <Motivation
          label={t('new.reason')}
          value={reason}
          onChange={setReason}
          min={MIN_MOTIVATION}
          wasTried={wasTried}
        />
        <FormEnd action={action}>{t('new.submit')}</FormEnd>
      </form>
    </div>
  );
}
