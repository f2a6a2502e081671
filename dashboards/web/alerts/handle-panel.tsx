import { Link } from '@tanstack/react-router';
import { Button, Heading2, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { may } from '../data/session.ts';
import type { AlertDetail } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { Tag } from '../ui/marks.tsx';

/** State, owner and the next step, always in sight beside the reasons. */
export function HandlePanel(props: {
  alert: AlertDetail;
  isBusy: boolean;
  assign: () => void;
  decide: () => void;
}) {
  const { alert, isBusy } = props;
  const { t } = useTranslation(['alert', 'triage', 'alerts']);
  const session = useSession();
  const isMine = alert.assignee?.accountId === session.accountId;
  const canAct = may(session, 'triageAlert') && alert.next.length > 0;
  return (
    <section className="card" aria-labelledby="handle">
      <Heading2 id="handle">{t('triage')}</Heading2>
      <dl className="facts facts--narrow">
        <div>
          <dt>{t('status')}</dt>
          <dd>
            <Tag>{t(`triage:status.${alert.status}`)}</Tag>
          </dd>
        </div>
        <div>
          <dt>{t('assignee')}</dt>
          <dd>{isMine ? t('alerts:me') : (alert.assignee?.name ?? t('nobody'))}</dd>
        </div>
      </dl>
      {alert.suppressionId !== null && (
        <Paragraph>{alert.isSample ? t('sample') : t('suppressed')}</Paragraph>
      )}
      {alert.caseIds.map((caseId) => (
        <p key={caseId}>
          <Link to="/cases/$caseId" params={{ caseId }} className="utrecht-link">
            {t('toCase')}
          </Link>
        </p>
      ))}
      {!may(session, 'triageAlert') && <p className="soft small">{t('noHandle')}</p>}
      {canAct && (
        <div className="buttons">
          <PrimaryActionButton onClick={props.decide} disabled={isBusy}>
            {t('decide')}
          </PrimaryActionButton>
          {!isMine && (
            <Button onClick={props.assign} disabled={isBusy}>
              {t('take')}
            </Button>
          )}
        </div>
      )}
      {may(session, 'openCase') && alert.caseIds.length === 0 && (
        <div className="buttons">
          <Link to="/cases/new" search={{ alertId: alert.alertId }} className="utrecht-link">
            {t('openCase')}
          </Link>
        </div>
      )}
    </section>
  );
}
