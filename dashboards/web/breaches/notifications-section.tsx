import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Breach } from '../data/shapes.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { PHASES } from './breach-words.ts';
import { nowField, StepForm } from './step-form.tsx';

/** What was sent to the authority, phase by phase, or why nothing has to be. */
export function NotificationsSection({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  // A follow-up or withdrawal refers to the number of the first one.
  const phases = of.notifications.length === 0 ? PHASES.slice(0, 1) : PHASES.slice(1);
  return (
    <section className="card" aria-labelledby="notifications">
      <Heading2 id="notifications">{t('notify.title')}</Heading2>
      {of.notifications.length === 0 && of.notNotifiable === null && (
        <Paragraph>{t('notify.none')}</Paragraph>
      )}
      {of.notNotifiable !== null && (
        <Paragraph>{t('notify.notNeeded', { reason: of.notNotifiable })}</Paragraph>
      )}
      {of.notifications.length > 0 && (
        <DataTable
          caption={t('notify.caption')}
          columns={[
            { title: t('notify.phase') },
            { title: t('notify.sentAt') },
            { title: t('notify.number') },
            { title: t('notify.late') },
          ]}
          rows={of.notifications.map((n) => [
            t(`phase.${n.phase}`),
            <Instant key="at" at={n.sentAt} />,
            n.number,
            n.lateReason ?? '–',
          ])}
        />
      )}
      {of.awareAt === null ? (
        <Paragraph className="soft">{t('notify.awareFirst')}</Paragraph>
      ) : (
        <StepForm
          of={of}
          kind="notified"
          title={t('step.notified')}
          fields={[
            {
              ...{ name: 'phase', label: t('notify.phase'), kind: 'choice' },
              options: phases.map((p) => ({ value: p, label: t(`phase.${p}`) })),
            },
            { name: 'at', label: t('notify.sentAt'), kind: 'moment', start: nowField() },
            { name: 'number', label: t('notify.number'), kind: 'line' },
            {
              ...{ name: 'late', label: t('notify.late'), kind: 'words', isOptional: true },
              help: t('notify.lateHelp'),
            },
          ]}
          build={(f) => ({
            ...{ kind: 'notified', phase: PHASES.find((p) => p === f('phase')) ?? 'first' },
            ...{ sentAt: f('at') ?? '', number: f('number') ?? '', lateReason: f('late') },
          })}
        />
      )}
      {of.notifications.length === 0 && (
        <StepForm
          of={of}
          kind="not-notifiable"
          title={t('step.notNotifiable')}
          fields={[
            {
              ...{ name: 'reason', label: t('field.reason'), kind: 'words' },
              help: t('notify.notNeededHelp'),
            },
          ]}
          build={(f) => ({ kind: 'not-notifiable', reason: f('reason') ?? '' })}
        />
      )}
      <StepForm
        of={of}
        kind="authority-reacted"
        title={t('step.reacted')}
        fields={[
          { name: 'at', label: t('field.when'), kind: 'moment', start: nowField() },
          { name: 'text', label: t('field.reaction'), kind: 'words' },
        ]}
        build={(f) => ({
          kind: 'authority-reacted',
          reactedAt: f('at') ?? '',
          text: f('text') ?? '',
        })}
      />
    </section>
  );
}
