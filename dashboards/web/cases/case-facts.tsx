import { Button, Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { assignCase } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Instant } from '../ui/instant.tsx';
import { useAction } from '../ui/use-action.ts';

/** Ground, protocol, owner and hold of a case. */
export function CaseFacts({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const action = useAction(['case', 'cases']);
  const isMine = of.assignee?.accountId === session.accountId;
  return (
    <section className="card" aria-labelledby="facts">
      <Heading2 id="facts">{t('facts')}</Heading2>
      <dl className="facts facts--narrow">
        <div>
          <dt>{t('fact.ground')}</dt>
          <dd>{t(`ground.${of.ground}`)}</dd>
        </div>
        <div>
          <dt>{t('fact.article')}</dt>
          <dd>{of.protocolArticle}</dd>
        </div>
        <div>
          <dt>{t('fact.reason')}</dt>
          <dd className="quote">{of.reason}</dd>
        </div>
        <div>
          <dt>{t('fact.opened')}</dt>
          <dd>
            <Instant at={of.openedAt} />
          </dd>
        </div>
        <div>
          <dt>{t('fact.openedBy')}</dt>
          <dd>{of.openedBy.name}</dd>
        </div>
        <div>
          <dt>{t('fact.assignee')}</dt>
          <dd>{of.assignee?.name ?? t('nobody')}</dd>
        </div>
        {of.dueAt !== null && (
          <div>
            <dt>{t('column.due')}</dt>
            <dd>
              <Instant at={of.dueAt} style="date" />
            </dd>
          </div>
        )}
        <div>
          <dt>
            <HelpTerm term="hold">{t('fact.hold')}</HelpTerm>
          </dt>
          <dd>{t(`hold.${of.hold}`)}</dd>
        </div>
      </dl>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      {may(session, 'assignCase') && !isMine && of.state !== 'closed' && (
        <div className="buttons">
          <Button
            disabled={action.isBusy}
            onClick={() => void action.run(() => assignCase(of, session.accountId))}
          >
            {t('take')}
          </Button>
        </div>
      )}
    </section>
  );
}
