import { useTranslation } from 'react-i18next';
import { scaleOf } from '../charts/scale.ts';
import type { CommonAccessResult } from '../data/shapes.ts';
import { type Format, useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { shortToken, Token } from '../ui/token.tsx';

type Official = CommonAccessResult['officials'][number];
const WIDTH = 720;
const LEFT = 120;
const RIGHT = 60;
const LANE = 30;
const DRAWN = 15;

/** For each official the persons they looked at as a bar, and as a line how many chance would give. */
export function CommonAccessPicture({ result }: { result: CommonAccessResult }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const { officials } = result;
  const shown = officials.slice(0, DRAWN);
  const most = Math.max(1, ...shown.map((o) => Math.max(o.seen, o.expected)));
  const x = scaleOf(0, most, LEFT, WIDTH - RIGHT);
  const [first] = officials;
  const firstChance = useChance(first?.p ?? 1);
  const summary =
    first === undefined
      ? t('none')
      : t('summary', {
          official: shortToken(first.actor),
          seen: format.count(first.seen),
          expected: format.count(first.expected),
          chance: firstChance,
        });
  return (
    <>
      <figure className="figure" aria-label={t('picture')}>
        <figcaption>
          <strong className="figure__title">{t('picture')}</strong>
          <span className="figure__summary">{summary}</span>
        </figcaption>
        <ScrollRegion name={t('picture')} className="picture">
          <svg
            viewBox={`0 0 ${WIDTH} ${shown.length * LANE + 6}`}
            className="common"
            role="img"
            aria-label={summary}
          >
            {shown.map((official, i) => (
              <Lane key={official.actor} of={official} y={i * LANE} x={x} format={format} />
            ))}
          </svg>
        </ScrollRegion>
        <ul className="legend">
          <li className="legend__bar">{t('seen')}</li>
          <li className="legend__expected">{t('expected')}</li>
        </ul>
      </figure>
      <OfficialTable officials={officials} />
    </>
  );
}

function Lane(props: { of: Official; y: number; x: (n: number) => number; format: Format }) {
  const { of, y, x, format } = props;
  return (
    <g>
      <text x={0} y={y + 20} className="axis axis--token">
        {shortToken(of.actor)}
      </text>
      <rect
        x={x(0)}
        y={y + 8}
        width={Math.max(1, x(of.seen) - x(0))}
        height={16}
        className="bar__part"
      />
      <line
        x1={x(of.expected)}
        x2={x(of.expected)}
        y1={y + 3}
        y2={y + 29}
        className="common__expected"
      />
      <text x={Math.max(x(of.seen), x(of.expected)) + 8} y={y + 20} className="axis">
        {format.count(of.seen)}
      </text>
    </g>
  );
}

function OfficialTable({ officials }: { officials: readonly Official[] }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  return (
    <DataTable
      caption={t('caption')}
      columns={[
        { title: t('official') },
        { title: t('unit') },
        { title: t('seen'), isNumber: true },
        { title: t('expected'), isNumber: true },
        { title: t('persons'), isNumber: true },
        { title: t('chance'), isNumber: true },
      ]}
      rows={officials.map((each) => [
        <Token key="token" token={each.actor} />,
        each.unit === '' ? '–' : each.unit,
        format.count(each.seen),
        format.count(each.expected),
        format.count(each.persons),
        <Chance key="chance" p={each.p} />,
      ])}
    />
  );
}

const Chance = ({ p }: { p: number }) => useChance(p);

/** A chance in words that can be said aloud; beyond a million the number says no more. */
function useChance(p: number): string {
  const { t } = useTranslation('common');
  const format = useFormat();
  if (p < 1e-6) return t('chanceTiny');
  if (p >= 0.5) return t('chanceLikely');
  return t('chanceOneIn', { number: format.whole(Math.round(1 / p)) });
}
