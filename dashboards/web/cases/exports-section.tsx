import { useQuery } from '@tanstack/react-query';
import { Heading2, Paragraph, PrimaryActionButton } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decideRequest, exportsQuery, packageAddress, requestExport } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail, EvidenceExport } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { DecideForm } from '../ui/decide-form.tsx';
import { SelectField } from '../ui/field.tsx';
import { Tag } from '../ui/marks.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';
import { MIN_MOTIVATION } from './case-words.ts';

/** Evidence packages of a case: asked, agreed, made, fetched. */
export function ExportsSection({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const { data, error } = useQuery(exportsQuery({ caseId: of.caseId }));
  const exports = data?.items ?? [];
  return (
    <section className="card" aria-labelledby="exports">
      <Heading2 id="exports">{t('export.title')}</Heading2>
      <Paragraph>{t('export.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data !== undefined && exports.length === 0 && <Paragraph>{t('export.none')}</Paragraph>}
      {exports.map((each) => (
        <OneExport key={each.exportId} of={each} />
      ))}
      {may(session, 'requestExport') && <ExportForm caseId={of.caseId} />}
    </section>
  );
}

function OneExport({ of }: { of: EvidenceExport }) {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const session = useSession();
  return (
    <div className="entry">
      <p role="status" className="tokens">
        <Tag>{t(`request.${of.state}`)}</Tag>
        {of.state === 'approved' && (
          <Tag tone={of.job === 'done' ? 'ok' : of.job === 'failed' ? 'bad' : undefined}>
            {t(`export.job.${of.job}`)}
          </Tag>
        )}
        {t(`export.identities_${of.identities}`)}
      </p>
      <p className="quote">{of.reason}</p>
      <p className="soft small">
        {t('reveal.requestedBy', { by: of.requestedBy.name, at: format.instant(of.requestedAt) })}
      </p>
      {of.state === 'requested' && !of.mayApprove && <Paragraph>{t('decide.notYou')}</Paragraph>}
      {of.state === 'requested' && of.mayApprove && (
        <DecideForm
          touches={['exports', 'case']}
          decide={(isApproved, reason) =>
            decideRequest('exports', { id: of.exportId, sequence: of.sequence }, isApproved, reason)
          }
        />
      )}
      {of.job === 'done' && of.sha256 !== null && of.sizeBytes !== null && (
        <p className="small quote">
          {t('export.size', {
            size: format.count(Math.ceil(of.sizeBytes / 1000)),
            sha256: of.sha256,
          })}
        </p>
      )}
      {of.job === 'done' && may(session, 'downloadExport') && (
        <p>
          <a className="utrecht-link" href={packageAddress(of.exportId)} download>
            {t('export.download')}
          </a>
        </p>
      )}
    </div>
  );
}

function ExportForm({ caseId }: { caseId: string }) {
  const { t } = useTranslation('cases');
  const action = useAction(['exports', 'case'], { isFresh: true });
  const [identities, setIdentities] = useState('token');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reason.trim().length < MIN_MOTIVATION) return;
    const scope = identities === 'revealed' ? 'revealed' : 'token';
    void action
      .run(() => requestExport(caseId, scope, reason.trim()))
      .then((isDone) => isDone && setReason(''));
  };
  return (
    <details className="entry no-print">
      <summary>{t('export.request')}</summary>
      <form onSubmit={submit} noValidate>
        <SelectField
          label={t('export.identities')}
          value={identities}
          onChange={setIdentities}
          options={[
            { value: 'token', label: t('export.identities_token') },
            { value: 'revealed', label: t('export.identities_revealed') },
          ]}
        />
        <Motivation
          label={t('export.reason')}
          value={reason}
          onChange={setReason}
          min={MIN_MOTIVATION}
          wasTried={wasTried}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <PrimaryActionButton type="submit" disabled={action.isBusy}>
          {t('export.request')}
        </PrimaryActionButton>
      </form>
    </details>
  );
}
