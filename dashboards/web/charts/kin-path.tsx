import { useTranslation } from 'react-i18next';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';

const STEP = 170;
const RADIUS = 17;
const MARGIN = 70;

/**
 * How official and person are related, as steps. Only kind and degree are shown: who stands in
 * between is nobody's business here, so the middle nodes have no name.
 */
export function KinPath(props: {
  title: string;
  kind: string;
  degree: number;
  /** Kinds of the steps in order; empty when not known. */
  steps: readonly string[];
}) {
  const { t } = useTranslation('charts');
  const { kind, degree } = props;
  const steps = Math.max(1, props.steps.length > 0 ? props.steps.length : degree);
  const summary = t('kin.summary', { kind, degree });
  const names = Array.from({ length: steps + 1 }, (_, i) =>
    i === 0 ? t('kin.official') : i === steps ? t('kin.person') : t('kin.between'),
  );
  return (
    <FigureWithTable
      title={props.title}
      summary={summary}
      columns={[{ title: t('kin.step') }, { title: t('kin.who') }, { title: t('kin.relation') }]}
      rows={names.map((name, i) => [
        i === 0 ? t('kin.start') : t('kin.stepNumber', { step: i }),
        name,
        i === 0 ? '–' : (props.steps[i - 1] ?? t('none')),
      ])}
    >
      <ScrollRegion name={props.title} className="picture">
        <svg
          viewBox={`0 0 ${steps * STEP + 2 * MARGIN} 96`}
          width={steps * STEP + 2 * MARGIN}
          className="kin"
          role="img"
          aria-label={summary}
        >
          {Array.from({ length: steps }, (_, i) => {
            const from = MARGIN + i * STEP;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a path are its positions
              <g key={i}>
                <line
                  x1={from + RADIUS}
                  y1={40}
                  x2={from + STEP - RADIUS}
                  y2={40}
                  className="kin__line"
                />
                <text x={from + STEP / 2} y={30} textAnchor="middle" className="kin__kind">
                  {props.steps[i] ?? (steps === 1 ? kind : '')}
                </text>
              </g>
            );
          })}
          {names.map((name, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <g key={i}>
              <circle
                cx={MARGIN + i * STEP}
                cy={40}
                r={RADIUS}
                className={i === 0 || i === steps ? 'kin__end' : 'kin__between'}
              />
              <text x={MARGIN + i * STEP} y={82} textAnchor="middle" className="axis">
                {name}
              </text>
            </g>
          ))}
        </svg>
      </ScrollRegion>
    </FigureWithTable>
  );
}
