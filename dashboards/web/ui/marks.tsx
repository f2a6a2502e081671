import { useTranslation } from 'react-i18next';
import type { Severity, Typology } from '../../../domain/typology.ts';

/** Severity in a word, with a border of its own: colour alone says nothing here. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { t } = useTranslation('words');
  return (
    <span className={`severity severity--${severity}`}>
      <span className="visually-hidden">{t('severityLabel')} </span>
      {t(`severity.${severity}`)}
    </span>
  );
}

export const Tag = (props: { children: string; tone?: 'ok' | 'bad' | undefined }) => (
  <span className={props.tone === undefined ? 'tag' : `tag tag--${props.tone}`}>
    {props.children}
  </span>
);

/** Says that a source keeps this from everybody outside an inquiry; nothing where it does not. */
export function ConfidentialMark({ of }: { of: { isConfidential: boolean } }) {
  const { t } = useTranslation('words');
  return of.isConfidential ? <Tag tone="bad">{t('confidential.mark')}</Tag> : null;
}

/** What an alert of this typology is called; it accuses nobody. */
export const useTypologyTitle = (): ((typology: Typology) => string) => {
  const { t } = useTranslation('words');
  return (typology) => t(`typology.${typology}.title`);
};
