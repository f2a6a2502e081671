import { Alert, Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../data/client.ts';

export function Loading() {
  const { t } = useTranslation('shell');
  return (
    <Paragraph role="status" data-loading="true">
      {t('loading')}
    </Paragraph>
  );
}

/** What went wrong and what the reader can do about it; the server's own text is never shown raw. */
export function ProblemNotice({ problem, retry }: { problem: unknown; retry?: () => void }) {
  const { t } = useTranslation('shell');
  const code = problem instanceof Problem ? problem.reading : 'unexpected';
  return (
    <Alert type="error" role="alert">
      <Paragraph>
        <strong>{t(`problem.${code}.title`)}</strong>
      </Paragraph>
      <Paragraph>{t(`problem.${code}.advice`)}</Paragraph>
      {retry !== undefined && (
        <div className="buttons">
          <Button onClick={retry}>{t('retry')}</Button>
        </div>
      )}
    </Alert>
  );
}

/** Nothing to show is an answer too: it says why and what may be done. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty" role="status">
      <Heading2>{title}</Heading2>
      {children}
    </div>
  );
}
