import { Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Typology } from '../../../domain/typology.ts';

/** The innocent explanations to check first; they stand beside the reasons, never below the fold. */
export function InnocentSection({ typology }: { typology: Typology }) {
  const { t } = useTranslation(['alert', 'words']);
  return (
    <section className="card" aria-labelledby="innocent">
      <Heading2 id="innocent">{t('mayExplain')}</Heading2>
      <ul className="plain-list">
        <li>{t('usualInnocent', { innocent: t(`words:typology.${typology}.innocent`) })}</li>
        <li>{t('checkCase')}</li>
        <li>{t('checkDelivery')}</li>
      </ul>
    </section>
  );
}
