import { Alert, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Breach } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Instant } from '../ui/instant.tsx';
import { INFORM, RISKS } from './breach-words.ts';
import { nowField, StepForm } from './step-form.tsx';

/** Article 34: whether the people concerned are told, decided anew as facts change, and who was told. */
export function PeopleSection({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const toTell = of.peopleMost === null ? null : Math.max(0, of.peopleMost - of.informed);
  return (
    <section className="card" aria-label={t('people.title')}>
      <Heading2>
        <HelpTerm term="article34">{t('people.title')}</HelpTerm>
      </Heading2>
      {of.mustDecideAgain && (
        <Alert type="warning" role="note">
          <Paragraph>{t('people.again')}</Paragraph>
        </Alert>
      )}
      {of.informDecisions.length === 0 && <Paragraph>{t('people.none')}</Paragraph>}
      {of.informDecisions.length > 0 && (
        <DataTable
          caption={t('people.caption')}
          columns={[
            { title: t('people.version') },
            { title: t('people.decision') },
            { title: t('field.risk') },
            { title: t('people.known') },
            { title: t('people.reasons') },
            { title: t('people.advice') },
            { title: t('people.delayUntil') },
            { title: t('people.at') },
          ]}
          rows={of.informDecisions.map((d) => [
            format.count(d.version),
            t(`inform.${d.decision}`),
            t(`risk.${d.risk}`),
            d.factsKnown,
            d.reasons,
            d.advice ?? '–',
            d.delayUntil === null ? '–' : <Instant key="until" at={d.delayUntil} />,
            <Instant key="at" at={d.at} />,
          ])}
        />
      )}
      <DecideForm of={of} />
      <Heading3>{t('people.told')}</Heading3>
      <Paragraph>
        {t('people.toldCount', {
          told: format.count(of.informed),
          left: toTell === null ? t('people.unknown') : format.count(toTell),
        })}
      </Paragraph>
      {of.tellings.length > 0 && (
        <ul className="plain-list">
          {of.tellings.map((each) => (
            <li key={`${each.at}-${each.number}`}>
              {t('people.telling', {
                at: format.instant(each.at),
                number: format.count(each.number),
              })}
            </li>
          ))}
        </ul>
      )}
      <StepForm
        of={of}
        kind="people-informed"
        title={t('step.informed')}
        fields={[
          { name: 'at', label: t('field.when'), kind: 'moment', start: nowField() },
          { name: 'number', label: t('field.number'), kind: 'count' },
          { name: 'how', label: t('field.how'), kind: 'words' },
        ]}
        build={(f) => ({
          ...{ kind: 'people-informed', informedAt: f('at') ?? '' },
          ...{ number: Number(f('number')), how: f('how') ?? '' },
        })}
      />
    </section>
  );
}

function DecideForm({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const ofDelay = { isOptional: true, help: t('people.delayHelp') } as const;
  return (
    <StepForm
      of={of}
      kind="inform-decided"
      title={t('step.inform')}
      fields={[
        {
          ...{ name: 'decision', label: t('people.decision'), kind: 'choice' },
          options: INFORM.map((d) => ({ value: d, label: t(`inform.${d}`) })),
        },
        {
          ...{ name: 'risk', label: t('field.risk'), kind: 'choice' },
          options: RISKS.map((r) => ({ value: r, label: t(`risk.${r}`) })),
        },
        { name: 'known', label: t('people.known'), kind: 'words' },
        { name: 'reasons', label: t('people.reasons'), kind: 'words' },
        { name: 'advice', label: t('people.advice'), kind: 'words', isOptional: true },
        { name: 'ground', label: t('people.delayGround'), kind: 'line', ...ofDelay },
        { name: 'contact', label: t('people.delayContact'), kind: 'line', ...ofDelay },
        { name: 'until', label: t('people.delayUntil'), kind: 'moment', ...ofDelay },
      ]}
      build={(f) => {
        const [ground, contact, until] = [f('ground'), f('contact'), f('until')];
        const isDelay = ground !== null && contact !== null && until !== null;
        return {
          ...{ kind: 'inform-decided', factsKnown: f('known') ?? '', reasons: f('reasons') ?? '' },
          decision: INFORM.find((d) => d === f('decision')) ?? 'inform',
          risk: RISKS.find((r) => r === f('risk')) ?? 'high-risk',
          advice: f('advice'),
          delay: isDelay ? { ground, contact, until } : null,
        };
      }}
    />
  );
}
