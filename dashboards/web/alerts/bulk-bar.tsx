import { Button, PrimaryActionButton } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';

/** What can be done with several alerts at once; deciding asks for one reason for all of them. */
export function BulkBar(props: {
  count: number;
  isBusy: boolean;
  assign: () => void;
  decide: () => void;
  clear: () => void;
}) {
  const { t } = useTranslation('alerts');
  return (
    <section className="bar-row bulk" aria-label={t('bulk.chosen', { count: props.count })}>
      <p role="status">{t('bulk.chosen', { count: props.count })}</p>
      <div className="buttons">
        <PrimaryActionButton onClick={props.assign} disabled={props.isBusy}>
          {t('bulk.assign')}
        </PrimaryActionButton>
        <Button onClick={props.decide} disabled={props.isBusy}>
          {t('bulk.decide')}
        </Button>
        <Button onClick={props.clear}>{t('bulk.clear')}</Button>
      </div>
    </section>
  );
}
