import { Link } from '@tanstack/react-router';
import { Heading1, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';

export function NotFound() {
  const { t } = useTranslation('shell');
  return (
    <>
      <Heading1>{t('notFound.title')}</Heading1>
      <Paragraph>{t('notFound.text')}</Paragraph>
      <p>
        <Link to="/" className="utrecht-link">
          {t('notFound.home')}
        </Link>
      </p>
    </>
  );
}
