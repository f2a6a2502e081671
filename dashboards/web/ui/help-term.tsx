import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type nl from '../texts/nl.json';

export type Term = keyof typeof nl.glossary;

/** A word of the field with its meaning one press away; nothing here needs a mouse that hovers. */
export function HelpTerm({ term, children }: { term: Term; children?: string }) {
  const { t } = useTranslation(['glossary', 'shell']);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const [word, meaning] = [t(`${term}.word`), t(`${term}.meaning`)];
  return (
    <span className="help">
      {children ?? word}
      <button
        type="button"
        className="help__button no-print"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={t('shell:explain', { word })}
        onClick={() => setOpen(!isOpen)}
      >
        ?
      </button>
      <span id={id} role="note" className="help__text" hidden={!isOpen}>
        {meaning}
      </span>
    </span>
  );
}
