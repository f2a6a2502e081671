import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Breach, BreachStep } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { CAUSES, RISKS } from './breach-words.ts';
import { type Filled, StepForm } from './step-form.tsx';

type Facts = Breach['facts'];

/** What is known of the breach; each recording adds to it or replaces what was known before. */
export function FactsSection({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const rows = useFactRows(of.facts);
  return (
    <section className="card" aria-labelledby="facts">
      <Heading2 id="facts">{t('facts.title')}</Heading2>
      {rows.length === 0 && <Paragraph>{t('facts.none')}</Paragraph>}
      {rows.length > 0 && (
        <dl className="facts">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="quote">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <FactsForm of={of} />
    </section>
  );
}

function useFactRows(facts: Facts): [string, string][] {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const yesNo = (is: boolean | undefined): string | undefined =>
    is === undefined ? undefined : is ? t('yes') : t('no');
  const all: [string, string | undefined][] = [
    [t('field.what'), facts.what],
    [t('field.cause'), facts.cause && t(`cause.${facts.cause}`)],
    [t('field.startedAt'), facts.startedAt && format.instant(facts.startedAt)],
    [t('field.endedAt'), facts.endedAt && format.instant(facts.endedAt)],
    [t('field.systems'), facts.systems?.join(', ')],
    [t('field.dataKinds'), facts.dataKinds?.join(', ')],
    [t('field.hasBsn'), yesNo(facts.hasBsn)],
    [t('field.hasSpecialData'), yesNo(facts.hasSpecialData)],
    [t('field.peopleKinds'), facts.peopleKinds?.join(', ')],
    [
      t('field.people'),
      facts.people &&
        t('facts.between', {
          least: format.count(facts.people.least),
          most: format.count(facts.people.most),
        }),
    ],
    [t('field.consequences'), facts.consequences],
    [t('field.risk'), facts.risk && t(`risk.${facts.risk}`)],
    [t('field.riskReasons'), facts.riskReasons],
    [t('field.measuresBefore'), facts.measuresBefore],
    [t('field.measuresAfter'), facts.measuresAfter],
    [t('field.crossBorder'), yesNo(facts.crossBorder)],
  ];
  return all.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '');
}

function FactsForm({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const words = (name: string, label: string) =>
    ({ name, label, kind: 'words', isOptional: true }) as const;
  const line = (name: string, label: string) =>
    ({ name, label, kind: 'line', isOptional: true, help: t('facts.commas') }) as const;
  const moment = (name: string, label: string) =>
    ({ name, label, kind: 'moment', isOptional: true }) as const;
  const yesNo = (name: string, label: string) =>
    ({
      name,
      label,
      kind: 'choice',
      isOptional: true,
      options: [
        { value: 'yes', label: t('yes') },
        { value: 'no', label: t('no') },
      ],
    }) as const;
  const choice = (name: string, label: string, options: { value: string; label: string }[]) =>
    ({ name, label, kind: 'choice', isOptional: true, options }) as const;
  const count = (name: string, label: string) =>
    ({ name, label, kind: 'count', isOptional: true }) as const;
  return (
    <StepForm
      of={of}
      kind="facts-recorded"
      title={t('step.facts')}
      fields={[
        words('what', t('field.what')),
        choice('cause', t('field.cause'), [
          ...CAUSES.map((c) => ({ value: c, label: t(`cause.${c}`) })),
        ]),
        moment('startedAt', t('field.startedAt')),
        moment('endedAt', t('field.endedAt')),
        line('systems', t('field.systems')),
        line('dataKinds', t('field.dataKinds')),
        yesNo('hasBsn', t('field.hasBsn')),
        yesNo('hasSpecialData', t('field.hasSpecialData')),
        line('peopleKinds', t('field.peopleKinds')),
        count('least', t('field.peopleLeast')),
        count('most', t('field.peopleMost')),
        words('consequences', t('field.consequences')),
        choice('risk', t('field.risk'), [
          ...RISKS.map((r) => ({ value: r, label: t(`risk.${r}`) })),
        ]),
        words('riskReasons', t('field.riskReasons')),
        words('measuresBefore', t('field.measuresBefore')),
        words('measuresAfter', t('field.measuresAfter')),
        yesNo('crossBorder', t('field.crossBorder')),
      ]}
      build={(filled) => ({ kind: 'facts-recorded', facts: factsOf(filled) })}
    />
  );
}

/** Only what was filled in: an empty field says "not known yet", never "no". */
function factsOf(filled: Filled): Extract<BreachStep, { kind: 'facts-recorded' }>['facts'] {
  const text = (name: string) => filled(name) ?? undefined;
  const flag = (name: string) => (filled(name) === null ? undefined : filled(name) === 'yes');
  const list = (name: string) =>
    filled(name)
      ?.split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const most = filled('most') ?? filled('least');
  const all = {
    what: text('what'),
    cause: CAUSES.find((c) => c === filled('cause')),
    startedAt: text('startedAt'),
    endedAt: text('endedAt'),
    systems: list('systems'),
    dataKinds: list('dataKinds'),
    hasBsn: flag('hasBsn'),
    hasSpecialData: flag('hasSpecialData'),
    peopleKinds: list('peopleKinds'),
    people:
      most === null ? undefined : { least: Number(filled('least') ?? most), most: Number(most) },
    consequences: text('consequences'),
    risk: RISKS.find((r) => r === filled('risk')),
    riskReasons: text('riskReasons'),
    measuresBefore: text('measuresBefore'),
    measuresAfter: text('measuresAfter'),
    crossBorder: flag('crossBorder'),
  };
  // The service knows no empty fields; `undefined` is left out of the JSON that is sent.
  return JSON.parse(JSON.stringify(all));
}
