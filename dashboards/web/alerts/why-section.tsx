import { Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { AlertReason } from '../../../domain/alert.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';

/** The sentences that explain the alert, strongest first, and every number in them. */
export function WhySection({ reasons }: { reasons: readonly AlertReason[] }) {
  const { t, i18n } = useTranslation('alert');
  const format = useFormat();
  const say = useWords();
  const language = i18n.language === 'en' ? 'en' : 'nl';
  return (
    <section className="card" aria-labelledby="why">
      <Heading2 id="why">{t('why')}</Heading2>
      <ol className={reasons.length === 1 ? 'reasons reasons--single' : 'reasons'}>
        {reasons.map((reason) => (
          <li key={`${reason.detector}-${reason.code}`}>{reason.text[language]}</li>
        ))}
      </ol>
      <DataTable
        caption={t('numbersCaption')}
        columns={[
          { title: t('detector') },
          { title: t('observed'), isNumber: true },
          { title: t('expected'), isNumber: true },
          { title: t('compared') },
        ]}
        rows={reasons.map((reason) => [
          reason.detector,
          `${format.count(reason.observed)} ${say.unit(reason.unit)}`,
          reason.expected === null
            ? t('notApplicable')
            : `${format.count(reason.expected)} ${say.unit(reason.unit)}`,
          say.compared(reason.comparedWith),
        ])}
      />
    </section>
  );
}

/** Units and comparisons in the reader's language; a detector may use a word that the page does not know yet. */
export function useWords(): {
  unit: (unit: string) => string;
  compared: (word: string) => string;
} {
  const { i18n } = useTranslation('words');
  const from = (branch: string) => (word: string) => {
    const key = `words:${branch}.${word}`;
    // The key was just found to exist, which the compiler cannot see.
    return i18n.exists(key) ? String(i18n.t(key as never)) : word;
  };
  return { unit: from('unit'), compared: from('compared') };
}
