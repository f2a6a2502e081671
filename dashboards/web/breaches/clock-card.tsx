import { Alert, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Breach } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { ClockTag } from './clock-tag.tsx';
import { nowField, StepForm } from './step-form.tsx';

const HOUR_MS = 3_600_000;
/** Hours after becoming aware at which more people are told; the last is the term of article 33. */
const STEPS = [0, 24, 48, 66, 72] as const;
const TERM = 72;
const WIDTH = 720;
const HEIGHT = 74;
const LEFT = 8;
const RIGHT = 40;

/** The term of 72 hours: where it stands, what it asks for now, and from when it is counted. */
export function ClockCard({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const { clock } = of;
  return (
    <section className="card" aria-labelledby="clock">
      <Heading2 id="clock">{t('clock.title')}</Heading2>
      <p className="marks">
        <ClockTag clock={clock} />
        <HelpTerm term="breachTerm">{t('clock.term')}</HelpTerm>
      </p>
      <ClockPicture of={of} />
      <Paragraph>
        {clock.isProposed
          ? t('clock.proposed', { at: format.instant(clock.startsAt) })
          : t('clock.decided', {
              at: format.instant(clock.startsAt),
              reason: of.awareReason ?? '–',
            })}
      </Paragraph>
      <Asked of={of} />
      <StepForm
        of={of}
        kind="awareness-decided"
        title={t('step.awareness')}
        fields={[
          { name: 'at', label: t('field.awareAt'), kind: 'moment', start: nowField() },
          { name: 'reason', label: t('field.awareReason'), kind: 'words' },
        ]}
        build={(f) => ({
          kind: 'awareness-decided',
          awareAt: f('at') ?? '',
          reason: f('reason') ?? '',
        })}
      />
    </section>
  );
}

/** What is due now and whom it is said to. */
function Asked({ of }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const latest = new Map(of.escalations.map((e) => [e.what, e]));
  if (of.closedAt !== null || latest.size === 0) return null;
  return (
    <Alert type={of.clock.state === 'overdue' ? 'error' : 'warning'} role="note">
      <ul className="plain-list">
        {[...latest.values()].map((e) => (
          <li key={e.step}>
            {t(`asks.${e.what}`)}{' '}
            <span className="soft">
              {t('clock.toldTo', { to: e.to.map((role) => t(`told.${role}`)).join(', ') })}
            </span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function ClockPicture({ of: { clock, notifications, closedAt } }: { of: Breach }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const start = Date.parse(clock.startsAt);
  const first = notifications.find((n) => n.phase === 'first');
  const until = first !== undefined ? Date.parse(first.sentAt) : Date.parse(closedAt ?? '');
  const end = Number.isFinite(until) ? until : Date.now();
  const hours = Math.max(0, (end - start) / HOUR_MS);
  const scale = Math.max(TERM, Math.min(hours, 168));
  const x = (at: number): number => LEFT + (Math.min(at, scale) / scale) * (WIDTH - LEFT - RIGHT);
  const said = { hours: format.whole(hours), due: format.instant(clock.dueAt) };
  const summary = first === undefined ? t('clock.summary', said) : t('clock.summaryNotified', said);
  const marks = STEPS.map((after) => ({ after, at: start + after * HOUR_MS }));
  return (
    <FigureWithTable
      title={t('clock.picture')}
      summary={summary}
      columns={[
        { title: t('clock.after'), isNumber: true },
        { title: t('clock.moment') },
        { title: t('clock.who') },
      ]}
      rows={marks.map(({ after, at }) => [
        format.count(after),
        format.instant(at),
        t(`clock.step_${after}`),
      ])}
    >
      <ScrollRegion name={t('clock.picture')} className="picture">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="clock" role="img" aria-label={summary}>
          <rect x={x(0)} y={22} width={x(scale) - x(0)} height={16} className="bar__ground" />
          <rect
            x={x(0)}
            y={22}
            width={x(Math.min(hours, TERM)) - x(0)}
            height={16}
            className="bar__part"
          />
          {hours > TERM && (
            <rect
              x={x(TERM)}
              y={22}
              width={x(hours) - x(TERM)}
              height={16}
              className="clock__late"
            />
          )}
          {marks.map(({ after }) => (
            <g key={after}>
              <line x1={x(after)} x2={x(after)} y1={18} y2={46} className="clock__mark" />
              <text
                x={x(after)}
                y={60}
                textAnchor={after === 0 ? 'start' : 'middle'}
                className="axis"
              >
                {t('clock.hoursShort', { hours: after })}
              </text>
            </g>
          ))}
          <path d={`M${x(hours) - 7} 4L${x(hours) + 7} 4L${x(hours)} 18Z`} className="clock__now" />
        </svg>
      </ScrollRegion>
    </FigureWithTable>
  );
}
