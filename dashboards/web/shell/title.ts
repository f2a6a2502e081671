import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Names the screen in the title bar; never an identity, since titles end up in histories. */
export function useDocumentTitle(title: string): void {
  const { t } = useTranslation('shell');
  useEffect(() => {
    document.title = `${title} – ${t('product')}`;
  }, [title, t]);
}
