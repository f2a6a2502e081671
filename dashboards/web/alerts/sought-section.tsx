import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { AlertDetail } from '../data/shapes.ts';

/** The explanations that are tried for every lookup, in the order of their strength. */
const SOUGHT = ['case', 'contact', 'work', 'team', 'household', 'standIn', 'earlier'] as const;

/** What would explain the lookups and was looked for, with the result: also what was not found is a fact. */
export function SoughtSection({ explanation }: { explanation: AlertDetail['explanation'] }) {
  const { t } = useTranslation('alert');
  return (
    <section className="card" aria-labelledby="sought">
      <Heading2 id="sought">{t('sought')}</Heading2>
      <Paragraph>{t(`soughtIntro.${explanation}`)}</Paragraph>
      <ul className="plain-list">
        {SOUGHT.map((item) => (
          <li key={item}>{t(`soughtItem.${item}`)}</li>
        ))}
      </ul>
    </section>
  );
}
