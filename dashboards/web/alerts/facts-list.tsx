import { useTranslation } from 'react-i18next';
import type { AlertDetail } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { HelpTerm } from '../ui/help-term.tsx';
import { Instant } from '../ui/instant.tsx';
import { Token } from '../ui/token.tsx';

/** Who, when, how much and in which state, in short. */
export function FactsList({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation(['alert', 'words', 'triage']);
  const format = useFormat();
  return (
    <dl className="facts">
      <div>
        <dt>{t('official')}</dt>
        <dd>{alert.actor === null ? t('unknownOfficial') : <Token token={alert.actor.token} />}</dd>
      </div>
      {alert.unit !== '' && (
        <div>
          <dt>{t('unit')}</dt>
          <dd>{alert.unit}</dd>
        </div>
      )}
      <div>
        <dt>
          <HelpTerm term="explanation">{t('explanation')}</HelpTerm>
        </dt>
        <dd>{t(`words:verdict.${alert.explanation}`)}</dd>
      </div>
      <div>
        <dt>{t('events')}</dt>
        <dd>{format.count(alert.eventCount)}</dd>
      </div>
      <div>
        <dt>{t('first')}</dt>
        <dd>
          <Instant at={alert.firstEventAt} />
        </dd>
      </div>
      <div>
        <dt>{t('last')}</dt>
        <dd>
          <Instant at={alert.lastEventAt} />
        </dd>
      </div>
      <div>
        <dt>{t('opened')}</dt>
        <dd>
          <Instant at={alert.openedAt} />
        </dd>
      </div>
      {alert.dueAt !== null && (
        <div>
          <dt>{t('dueAt')}</dt>
          <dd>
            <Instant at={alert.dueAt} style="date" />
          </dd>
        </div>
      )}
    </dl>
  );
}
