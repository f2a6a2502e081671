import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { breachDocumentsQuery } from '../data/breaches.ts';
import type { Breach } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { saveText } from '../ui/save-text.ts';
import { nowField, StepForm } from './step-form.tsx';

/** What happened and when it was written down, the steps that add to it, and the closing of the file. */
export function CourseSection({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const canClose =
    of.informDecisions.length > 0 && (of.notifications.length > 0 || of.notNotifiable !== null);
  return (
    <section className="card" aria-labelledby="course">
      <Heading2 id="course">{t('course.title')}</Heading2>
      <StepForm
        of={of}
        kind="signal-received"
        title={t('step.signal')}
        fields={[
          { name: 'at', label: t('field.when'), kind: 'moment', start: nowField() },
          { name: 'from', label: t('field.from'), kind: 'line' },
          { name: 'to', label: t('field.toldTo'), kind: 'line' },
        ]}
        build={(f) => ({
          ...{ kind: 'signal-received', receivedAt: f('at') ?? '' },
          ...{ from: f('from') ?? '', toldTo: f('to') ?? '' },
        })}
      />
      <StepForm
        of={of}
        kind="measure-taken"
        title={t('step.measure')}
        fields={[
          { name: 'at', label: t('field.when'), kind: 'moment', start: nowField() },
          { name: 'text', label: t('field.measure'), kind: 'words' },
        ]}
        build={(f) => ({ kind: 'measure-taken', takenAt: f('at') ?? '', text: f('text') ?? '' })}
      />
      <StepForm
        of={of}
        kind="advice-given"
        title={t('step.advice')}
        fields={[{ name: 'text', label: t('people.advice'), kind: 'words' }]}
        build={(f) => ({ kind: 'advice-given', text: f('text') ?? '' })}
      />
      {of.closedAt === null && !canClose && (
        <Paragraph className="soft">{t('course.notYet')}</Paragraph>
      )}
      {of.closedAt === null && canClose && (
        <StepForm
          of={of}
          kind="closed"
          title={t('step.close')}
          fields={[
            {
              ...{ name: 'lesson', label: t('field.lesson'), kind: 'words' },
              help: t('course.lessonHelp'),
            },
          ]}
          build={(f) => ({ kind: 'closed', lesson: f('lesson') ?? '' })}
        />
      )}
    </section>
  );
}

/** The account of facts and the draft of the notification; both are Dutch, as the form is. */
export function DocumentsSection({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const { data, error, isPending } = useQuery(breachDocumentsQuery(of.breachId));
  return (
    <section className="card" aria-labelledby="documents">
      <Heading2 id="documents">{t('documents.title')}</Heading2>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} />}
      {data !== undefined && (
        <>
          <Heading3>{t('documents.account')}</Heading3>
          <ol className="timeline-list">
            {data.account.lines.map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the account only grows
              <li key={i}>
                <strong>{format.instant(line.at)}</strong>
                <p className="quote" lang="nl">
                  {line.text}
                </p>
                {line.recordedAt !== line.at && (
                  <span className="soft small">
                    {t('documents.recorded', { at: format.instant(line.recordedAt) })}
                  </span>
                )}
              </li>
            ))}
          </ol>
          <Heading3>{t('documents.draft')}</Heading3>
          <p role="status">
            {data.notification.isComplete
              ? t('documents.complete')
              : t('documents.missing', { count: data.notification.missing.length })}
          </p>
          <details>
            <summary>{t('documents.show')}</summary>
            <div lang="nl">
              {data.notification.sections.map((section) => (
                <div key={section.title}>
                  <Heading3>{section.title}</Heading3>
                  <dl className="facts">
                    {section.fields.map((field) => (
                      <div key={field.label}>
                        <dt>{field.label}</dt>
                        <dd className="quote">{field.value}</dd>
                      </div>
                    ))}
                  </dl>
                </div>
              ))}
            </div>
          </details>
          <div className="buttons no-print">
            <Button
              onClick={() =>
                saveText(`${t('documents.fileDraft')}.md`, data.notification.markdown, 'markdown')
              }
            >
              {t('documents.saveDraft')}
            </Button>
            <Button
              onClick={() =>
                saveText(`${t('documents.fileAccount')}.md`, data.account.markdown, 'markdown')
              }
            >
              {t('documents.saveAccount')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
