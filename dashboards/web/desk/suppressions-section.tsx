import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { suppressionsQuery } from '../data/cases.ts';
import { may } from '../data/session.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';

/** What is hidden on purpose, by whom it was asked does not matter here; what it hides does. */
export function SuppressionsSection({ samples }: { samples: number }) {
  const { t } = useTranslation('desk');
  const format = useFormat();
  const session = useSession();
  const titleOf = useTypologyTitle();
  const { data, error } = useQuery({
    ...suppressionsQuery({}),
    enabled: may(session, 'listSuppressions'),
  });
  return (
    <section className="card" aria-label={t('suppressions.title')}>
      <Heading2>
        <HelpTerm term="suppression">{t('suppressions.title')}</HelpTerm>
      </Heading2>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.items.length === 0 && <Paragraph>{t('suppressions.none')}</Paragraph>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          caption={t('suppressions.caption')}
          columns={[
            { title: t('suppressions.typology') },
            { title: t('suppressions.reason') },
            { title: t('suppressions.state') },
            { title: t('suppressions.until') },
            { title: t('suppressions.hidden'), isNumber: true },
            { title: t('suppressions.samples'), isNumber: true },
          ]}
          rows={data.items.map((each) => [
            titleOf(each.scope.typology),
            t(`suppression.reason.${each.reasonCode}`),
            t(`suppression.state.${each.state}`),
            format.date(each.expiresAt),
            format.count(each.hidden),
            format.count(each.samples),
          ])}
        />
      )}
      <Paragraph>{t('samples.text', { count: samples })}</Paragraph>
      {may(session, 'listAlerts') && (
        <p>
          <Link to="/alerts" search={{ suppressed: 'only' }} className="utrecht-link">
            {t('samples.link')}
          </Link>
        </p>
      )}
    </section>
  );
}
