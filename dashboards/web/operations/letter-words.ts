import { useTranslation } from 'react-i18next';
import type { DeadLetterPage } from '../data/shapes.ts';
import nl from '../texts/nl.json' with { type: 'json' };

export type LetterReason = DeadLetterPage['counts'][number]['reason'];
// keys() forgets the literal types; the compiler checks that the catalogue names every reason.
export const LETTER_REASONS = Object.keys(
  nl.sources.letterReason satisfies Record<LetterReason, string>,
) as LetterReason[];

/** Why a line could not be used, in words that say what to look at. */
export function useLetterReason(): (reason: LetterReason) => string {
  const { t } = useTranslation('sources');
  return (reason) => t(`letterReason.${reason}`);
}
