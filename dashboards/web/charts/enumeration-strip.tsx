import { useTranslation } from 'react-i18next';
import { type Format, useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { shortToken } from '../ui/token.tsx';
import { type RunStep, runOf, SHORT_SECONDS } from './run.ts';
import { scaleOf } from './scale.ts';

const WIDTH = 720;
const LEFT = 64;
const RIGHT = 12;
const TOP = 12;
const STAIRS = 170;
const PAUSES = 54;
const HEIGHT = TOP + STAIRS + PAUSES + 46;
const MAX_STEPS = 300;
/** A longer pause is drawn as this one: beyond it the length says no more. */
const LONG_SECONDS = 3_600;

export type RunLookup = {
  /** RFC 3339. */
  occurredAt: string;
  subject: { token: string } | null;
  queryKey: string | null;
  hasCaseRef: boolean;
};

/**
 * The persons of an alert in the order in which they were looked up: every new person one step up, a
 * return to an earlier one back down, and under each step how long it came after the one before.
 */
export function EnumerationStrip(props: { title: string; lookups: readonly RunLookup[] }) {
  const { t, i18n } = useTranslation(['charts', 'alert']);
  const format = useFormat();
  const steps = runOf(props.lookups);
  const shown = steps.slice(0, MAX_STEPS);
  const minutes = Math.round(((steps.at(-1)?.at ?? 0) - (steps[0]?.at ?? 0)) / 60_000);
  const summary = t('run.summary', {
    searches: format.count(steps.length),
    persons: format.count(steps.filter((s) => s.isNew).length),
    next: format.count(steps.filter((s) => s.isShort).length),
    minutes: format.count(minutes),
    seconds: SHORT_SECONDS,
  });
  const sayKey = (word: string | null): string => {
    const key = `alert:searchKey.${word}`;
    return word === null ? '–' : i18n.exists(key) ? String(i18n.t(key as never)) : word;
  };
  return (
    <FigureWithTable
      title={props.title}
      summary={summary}
      columns={[
        { title: t('run.number'), isNumber: true },
        { title: t('run.when') },
        { title: t('run.step'), isNumber: true },
        { title: t('run.person') },
        { title: t('alert:lookup.search') },
        { title: t('alert:lookup.caseRef') },
      ]}
      rows={steps.map((step, i) => [
        format.count(i + 1),
        format.exact(step.at),
        step.pause === null ? '–' : format.count(step.pause),
        step.token === null
          ? '–'
          : t('run.personNumber', { number: step.person, token: shortToken(step.token) }),
        sayKey(step.queryKey),
        step.hasCaseRef ? t('yes') : t('no'),
      ])}
    >
      <ScrollRegion name={props.title} className="picture">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="strip" role="img" aria-label={summary}>
          <Stairs steps={shown} format={format} />
        </svg>
      </ScrollRegion>
      <ul className="legend">
        <li className="legend__next">{t('run.new')}</li>
        <li className="legend__circle">{t('run.again')}</li>
        <li className="legend__short">{t('run.next', { seconds: SHORT_SECONDS })}</li>
        <li className="legend__other">{t('run.other')}</li>
      </ul>
      {steps.length > MAX_STEPS && <p className="soft">{t('run.cut', { count: MAX_STEPS })}</p>}
    </FigureWithTable>
  );
}

function Stairs({ steps, format }: { steps: readonly RunStep[]; format: Format }) {
  const { t } = useTranslation('charts');
  const persons = Math.max(1, ...steps.map((s) => s.person));
  const x = scaleOf(0, Math.max(1, steps.length - 1), LEFT + 6, WIDTH - RIGHT);
  const y = scaleOf(1, Math.max(2, persons), TOP + STAIRS - 6, TOP + 6);
  const width = Math.max(1.5, Math.min(14, (WIDTH - LEFT) / steps.length - 2));
  const size = Math.max(1.5, Math.min(5, width / 2 + 1));
  const ground = TOP + STAIRS + PAUSES + 10;
  const pauseHeight = (pause: number): number =>
    3 + (Math.log1p(Math.min(pause, LONG_SECONDS)) / Math.log1p(LONG_SECONDS)) * (PAUSES - 3);
  const path = steps.map((s, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${y(s.person)}`).join('');
  const [first, last] = [steps[0]?.at ?? 0, steps.at(-1)?.at ?? 0];
  return (
    <>
      <text x={0} y={y(1) + 4} className="axis">
        {t('run.personShort', { number: 1 })}
      </text>
      {persons > 1 && (
        <text x={0} y={y(persons) + 4} className="axis">
          {t('run.personShort', { number: format.count(persons) })}
        </text>
      )}
      <line x1={LEFT} x2={WIDTH} y1={TOP + STAIRS} y2={TOP + STAIRS} className="lane" />
      <path d={path} className="strip__path" />
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the run is the identity
        <g key={i}>
          <circle
            cx={x(i)}
            cy={y(step.person)}
            r={size}
            className={step.isNew ? 'strip__next' : 'mark--explained'}
          />
          {step.pause !== null && (
            <rect
              x={x(i) - width / 2}
              y={ground - pauseHeight(step.pause)}
              width={width}
              height={pauseHeight(step.pause)}
              className={step.isShort ? 'strip__short' : 'strip__other'}
            />
          )}
        </g>
      ))}
      <text x={0} y={ground} className="axis">
        {t('run.pauses')}
      </text>
      <text x={LEFT} y={HEIGHT - 4} className="axis">
        {format.exact(first)}
      </text>
      <text x={WIDTH} y={HEIGHT - 4} textAnchor="end" className="axis">
        {format.exact(last)}
      </text>
    </>
  );
}
