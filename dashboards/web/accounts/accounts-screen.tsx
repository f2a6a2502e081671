import { useQuery } from '@tanstack/react-query';
import { Button, Heading1, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../data/accounts.ts';
import { may } from '../data/session.ts';
import type { Account } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Tag } from '../ui/marks.tsx';
import { SCOPE_WORDS } from './account-words.ts';
import { ChangeAccount } from './change-account.tsx';
import { NewAccountForm } from './new-account-form.tsx';
import { NewServiceForm } from './new-service-form.tsx';

/** Who may sign in, as what; people and machines apart. */
export function AccountsScreen() {
  const { t } = useTranslation('accounts');
  useDocumentTitle(t('title'));
  const session = useSession();
  const { data, error, isPending, refetch } = useQuery(accountsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const accounts = data?.items ?? [];
  const people = accounts.filter((a) => a.kind !== 'service');
  const machines = accounts.filter((a) => a.kind === 'service');
  const change = may(session, 'changeAccount') ? setChosen : null;
  const account = accounts.find((a) => a.accountId === chosen);
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <AccountTable id="people" title={t('people')} accounts={people} change={change} />
          {machines.length > 0 && (
            <AccountTable id="machines" title={t('machines')} accounts={machines} change={change} />
          )}
        </>
      )}
      {account !== undefined && (
        <ChangeAccount key={account.accountId} account={account} onClose={() => setChosen(null)} />
      )}
      {may(session, 'createAccount') && <NewAccountForm />}
      {may(session, 'createServiceAccount') && <NewServiceForm />}
    </>
  );
}

function AccountTable(props: {
  id: string;
  title: string;
  accounts: readonly Account[];
  change: ((accountId: string) => void) | null;
}) {
  const { id, title, accounts, change } = props;
  const { t } = useTranslation(['accounts', 'session']);
  const format = useFormat();
  const partsOf = ({ kind, roles, scopes }: Account): string =>
    kind === 'service'
      ? scopes.map((s) => t(`scope.${SCOPE_WORDS[s]}`)).join(', ')
      : roles.map((r) => t(`session:role.${r}`)).join(', ');
  return (
    <section className="card" aria-labelledby={id}>
      <Heading2 id={id}>{title}</Heading2>
      <DataTable
        isWhole
        caption={t('caption')}
        columns={[
          { title: t('login') },
          { title: t('name') },
          { title: t('may') },
          { title: t('kindLabel') },
          { title: t('state') },
          { title: t('sessions'), isNumber: true },
          ...(change === null ? [] : [{ title: t('change') }]),
        ]}
        rows={accounts.map((account) => [
          account.login,
          account.name,
          partsOf(account),
          t(`kind.${account.kind}`),
          <Tag key="state" tone={account.isDisabled ? 'bad' : 'ok'}>
            {account.isDisabled ? t('shut') : t('inUse')}
          </Tag>,
          format.count(account.sessions),
          ...(change === null
            ? []
            : [
                <Button
                  key="change"
                  aria-label={t('changeNamed', { name: account.login })}
                  onClick={() => change(account.accountId)}
                >
                  {t('change')}
                </Button>,
              ]),
        ])}
      />
    </section>
  );
}
