import { useQuery } from '@tanstack/react-query';
import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { decideRequest, revealsQuery } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail, Reveal } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { DecideForm } from '../ui/decide-form.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Tag } from '../ui/marks.tsx';
import { Token } from '../ui/token.tsx';
import { RevealForm } from './reveal-form.tsx';
import { RevealedIdentities } from './revealed-identities.tsx';

/** Seeing who is behind a token: asked by one, agreed by another, for a while, every look recorded. */
export function RevealsSection({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const { data, error } = useQuery(revealsQuery({ caseId: of.caseId }));
  const reveals = data?.items ?? [];
  return (
    <section className="card" aria-label={t('reveal.title')}>
      <Heading2>
        <HelpTerm term="reveal">{t('reveal.title')}</HelpTerm>
      </Heading2>
      <Paragraph>{t('reveal.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data !== undefined && reveals.length === 0 && <Paragraph>{t('reveal.none')}</Paragraph>}
      {reveals.map((reveal) => (
        <OneReveal key={reveal.revealId} reveal={reveal} />
      ))}
      {may(session, 'requestReveal') && of.state !== 'closed' && <RevealForm of={of} />}
    </section>
  );
}

function OneReveal({ reveal }: { reveal: Reveal }) {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const session = useSession();
  const facts = [
    t('reveal.requestedBy', {
      by: reveal.requestedBy.name,
      at: format.instant(reveal.requestedAt),
    }),
    ...(reveal.state === 'open' && reveal.expiresAt !== null
      ? [t('reveal.until', { at: format.instant(reveal.expiresAt) })]
      : []),
    ...(reveal.views > 0 ? [t('reveal.views', { count: reveal.views })] : []),
  ];
  return (
    <div className="entry">
      <p className="tokens">
        <Tag tone={reveal.state === 'open' ? 'ok' : undefined}>
          {t(`reveal.state.${reveal.state}`)}
        </Tag>
        {t(`reveal.purpose.${reveal.reasonCode}`)}:
        {reveal.tokens.map((token) => (
          <Token key={token} token={token} />
        ))}
      </p>
      <p className="quote">{reveal.text}</p>
      <p className="soft small">{facts.join('. ')}</p>
      {reveal.state === 'requested' && !reveal.mayApprove && (
        <Paragraph>{t('decide.notYou')}</Paragraph>
      )}
      {reveal.state === 'requested' && reveal.mayApprove && (
        <DecideForm
          touches={['reveals', 'case']}
          decide={(isApproved, reason) =>
            decideRequest(
              'reveals',
              { id: reveal.revealId, sequence: reveal.sequence },
              isApproved,
              reason,
            )
          }
        />
      )}
      {reveal.state === 'open' && may(session, 'viewReveal') && (
        <RevealedIdentities reveal={reveal} />
      )}
    </div>
  );
}
