import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeAccount, endSessions } from '../data/accounts.ts';
import type { Account } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { Choices } from '../ui/choices.tsx';
import { useAction } from '../ui/use-action.ts';
import { ROLES } from './account-words.ts';

/** Other roles, out at once, or in again. The focus comes here when it opens. */
export function ChangeAccount({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation(['accounts', 'session', 'shell']);
  const session = useSession();
  const action = useAction(['accounts'], { isFresh: true });
  const [roles, setRoles] = useState(account.roles);
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  const { accountId } = account;
  const isOwn = accountId === session.accountId;
  return (
    <section
      ref={section}
      className="card"
      aria-label={t('changeNamed', { name: account.login })}
      tabIndex={-1}
    >
      <Heading2>{t('changeNamed', { name: account.login })}</Heading2>
      {isOwn && <Paragraph>{t('own')}</Paragraph>}
      {account.kind !== 'service' && (
        <>
          <Choices
            legend={t('roles')}
            options={ROLES.map((r) => ({ value: r, label: t(`session:role.${r}`) }))}
            chosen={roles}
            onChange={setRoles}
          />
          <Paragraph className="soft">{t('rolesHelp')}</Paragraph>
        </>
      )}
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <div className="buttons">
        {account.kind !== 'service' && (
          <Button
            disabled={action.isBusy}
            onClick={() => void action.run(() => changeAccount(accountId, { roles }))}
          >
            {t('saveRoles')}
          </Button>
        )}
        <Button
          disabled={action.isBusy}
          onClick={() =>
            void action.run(() => changeAccount(accountId, { isDisabled: !account.isDisabled }))
          }
        >
          {account.isDisabled ? t('letIn') : t('shutOut')}
        </Button>
        <Button
          disabled={action.isBusy || account.sessions === 0}
          onClick={() => void action.run(() => endSessions(accountId))}
        >
          {t('endSessions')}
        </Button>
        <Button onClick={onClose}>{t('shell:close')}</Button>
      </div>
    </section>
  );
}
