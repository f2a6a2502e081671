import { Alert, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { AccountCreated } from '../data/shapes.ts';

/** The password or token of a new account: kept nowhere, gone when this screen is left. */
export function SecretOnce({ created }: { created: AccountCreated }) {
  const { t } = useTranslation('accounts');
  return (
    <Alert type="ok" role="status">
      <Paragraph>{t('created', { name: created.account.login })}</Paragraph>
      <Paragraph>
        <code className="token token--whole">{created.secret}</code>
      </Paragraph>
      <Paragraph>{t('once')}</Paragraph>
    </Alert>
  );
}
