import { useTranslation } from 'react-i18next';
import type { Breach } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { Tag } from '../ui/marks.tsx';

const HOUR_MS = 3_600_000;
const TONES: Partial<Record<Breach['clock']['state'], 'ok' | 'bad'>> = {
  overdue: 'bad',
  'notified-late': 'bad',
  notified: 'ok',
  'not-notifiable': 'ok',
};

/** State of the 72 hours in words, with what is left of them. */
export function ClockTag({ clock }: { clock: Breach['clock'] }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const state = t(`clockState.${clock.state}`);
  if (clock.leftMs === null) return <Tag tone={TONES[clock.state]}>{state}</Tag>;
  const hours = format.whole(Math.floor(Math.abs(clock.leftMs) / HOUR_MS));
  const left = clock.leftMs < 0 ? t('clock.over', { hours }) : t('clock.left', { hours });
  return <Tag tone={TONES[clock.state]}>{`${state}: ${left}`}</Tag>;
}
