import { useQuery } from '@tanstack/react-query';
import { Heading3, Paragraph } from '@utrecht/component-library-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_REASON } from '../cases/case-words.ts';
import { endShadowRun, shadowRunQuery } from '../data/operations.ts';
import { may } from '../data/session.ts';
import type { ShadowRun } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { Tag } from '../ui/marks.tsx';
import { ReasonForm } from '../ui/reason-form.tsx';
import { Compared } from './comparison.tsx';

type Asked = Pick<ShadowRun, 'shadowId' | 'decisionRef'>;
/** One shadow run: what it rests on, what it would have won and lost, and its end. */
export function OneShadowRun({ shadowId, decisionRef }: Asked) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  const session = useSession();
  const section = useRef<HTMLElement>(null);
  const { data, error } = useQuery(shadowRunQuery(shadowId));
  const focus = (): void => section.current?.focus();
  // It opens below the list, away from the button that asked for it.
  useEffect(focus, []);
  const isOrWas = data?.state === 'approved' || data?.state === 'ended';
  return (
    <section ref={section} className="entry" aria-labelledby="one-shadow" tabIndex={-1}>
      <Heading3 id="one-shadow">{t('shadow.one', { decision: decisionRef })}</Heading3>
      {error !== null && <ProblemNotice problem={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <p className="marks">
            <Tag tone={data.state === 'approved' ? 'ok' : undefined}>
              {t(`shadow.states.${data.state}`)}
            </Tag>
          </p>
          <dl className="facts">
            <Fact name={t('shadow.settings')} value={<Tried of={data.settings} />} />
            <Fact
              name={t('shadow.period')}
              value={t('backtest.one', {
                from: format.date(data.from),
                to: format.date(data.ended?.at ?? data.until),
              })}
            />
            <Fact
              name={t('changes.by')}
              value={t('shadow.byAt', {
                by: data.requestedBy.name,
                at: format.instant(data.requestedAt),
              })}
            />
            <Fact name={t('shadow.reason')} value={data.reason} />
            {data.ended !== null && <Ended of={data.ended} />}
          </dl>
          {isOrWas && data.result === null && <Paragraph>{t('shadow.noResult')}</Paragraph>}
          {isOrWas && data.result !== null && <Compared of={data.result} />}
          {data.state === 'approved' && may(session, 'endShadowRun') && (
            <details className="entry no-print">
              <summary>{t('shadow.end')}</summary>
              <Paragraph>{t('shadow.endLead')}</Paragraph>
              <ReasonForm
                label={t('shadow.end')}
                min={MIN_REASON}
                touches={['shadow-runs']}
                step={(reason) => endShadowRun(data, reason)}
                onDone={focus}
              />
            </details>
          )}
        </>
      )}
    </section>
  );
}

const Fact = ({ name, value }: { name: string; value: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd className="quote">{value}</dd>
  </div>
);

/** The budget, and each detector with the settings that differ for it. */
function Tried({ of }: { of: ShadowRun['settings'] }) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  const parts = [
    ...(of.budget === null ? [] : [t('shadow.budgetOf', { budget: format.count(of.budget) })]),
    ...Object.entries(of.detectors).map(
      ([detector, settings]) => `${detector}: ${JSON.stringify(settings)}`,
    ),
  ];
  return parts.join('\n') || '–';
}

function Ended({ of }: { of: NonNullable<ShadowRun['ended']> }) {
  const { t } = useTranslation('detectors');
  const format = useFormat();
  if (of.by === null) return <Fact name={t('shadow.ended')} value={t('shadow.endedByDate')} />;
  return (
    <>
      <Fact
        name={t('shadow.ended')}
        value={t('shadow.byAt', { by: of.by.name, at: format.instant(of.at) })}
      />
      <Fact name={t('shadow.endReason')} value={of.reason} />
    </>
  );
}
