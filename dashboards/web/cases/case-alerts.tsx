import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertQuery } from '../data/alerts.ts';
import { unlinkAlert } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { AlertDetail, CaseDetail } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Instant } from '../ui/instant.tsx';
import { SeverityMark, useTypologyTitle } from '../ui/marks.tsx';
import { ReasonForm } from '../ui/reason-form.tsx';
import { MIN_REASON } from './case-words.ts';

/** The alerts of a case in the order of their lookups: the timeline of what it is about. */
export function CaseAlerts({ of }: { of: CaseDetail }) {
  const { t, i18n } = useTranslation('cases');
  const session = useSession();
  const titleOf = useTypologyTitle();
  const [unlinking, setUnlinking] = useState<AlertDetail | null>(null);
  const answers = useQueries({ queries: of.alertIds.map((alertId) => alertQuery(alertId)) });
  const alerts = answers
    .flatMap(({ data }) => (data === undefined ? [] : [data]))
    .sort((a, b) => a.firstEventAt.localeCompare(b.firstEventAt));
  const failed = answers.find(({ error }) => error !== null);
  const canUnlink = may(session, 'unlinkAlert') && of.state !== 'closed' && alerts.length > 1;
  return (
    <section className="card" aria-labelledby="alerts">
      <Heading2 id="alerts">{t('alerts')}</Heading2>
      {failed !== undefined && <ProblemNotice problem={failed.error} />}
      {of.alertIds.length < of.alertCount && (
        <Paragraph>
          {t('confidentialAlerts', { count: of.alertCount - of.alertIds.length })}
        </Paragraph>
      )}
      <ol className="timeline-list">
        {alerts.map((alert) => (
          <li key={alert.alertId}>
            <SeverityMark severity={alert.severity} />{' '}
            <Link
              to="/alerts/$alertId"
              params={{ alertId: alert.alertId }}
              className="utrecht-link"
            >
              {titleOf(alert.typology)}
            </Link>
            <span className="soft small">
              {' '}
              <Instant at={alert.firstEventAt} /> – <Instant at={alert.lastEventAt} />
            </span>
            <p className="quote">{alert.reasons[0]?.text[i18n.language === 'en' ? 'en' : 'nl']}</p>
            {canUnlink && (
              <Button
                appearance="subtle-button"
                aria-label={t('unlinkNamed', { title: titleOf(alert.typology) })}
                onClick={() => setUnlinking(alert)}
              >
                {t('unlink')}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {unlinking !== null && (
        <Dialog
          title={t('unlinkNamed', { title: titleOf(unlinking.typology) })}
          onClose={() => setUnlinking(null)}
        >
          <ReasonForm
            label={t('unlink')}
            min={MIN_REASON}
            touches={['case', 'alert', 'alerts']}
            step={(reason) => unlinkAlert(of, unlinking.alertId, reason)}
            onDone={() => setUnlinking(null)}
            onCancel={() => setUnlinking(null)}
          />
        </Dialog>
      )}
    </section>
  );
}
