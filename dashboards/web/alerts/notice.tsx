import { Alert, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';

/** What an alert is and what it is not; beside every alert, on paper too. */
export function Notice() {
  const { t } = useTranslation('shell');
  return (
    <Alert type="info" role="note">
      <Paragraph>
        <strong>{t('notice.title')}.</strong> {t('notice.text')}
      </Paragraph>
    </Alert>
  );
}

/** What a source asks of whoever sees what it calls confidential. */
export function ConfidentialNotice() {
  const { t } = useTranslation('words');
  return (
    <Alert type="warning" role="note">
      <Paragraph>
        <strong>{t('confidential.mark')}.</strong> {t('confidential.text')}
      </Paragraph>
    </Alert>
  );
}
