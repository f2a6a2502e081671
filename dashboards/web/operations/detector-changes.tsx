import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MIN_MOTIVATION } from '../cases/case-words.ts';
import { detectorChangesQuery, requestDetectorChange } from '../data/operations.ts';
import type { Detector, DetectorChange } from '../data/shapes.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { useAction } from '../ui/use-action.ts';

/** What was changed since the consent, under which decision, and by whom it was asked. */
export function DetectorChanges() {
  const { t } = useTranslation(['detectors', 'cases']);
  const { data, error } = useQuery(detectorChangesQuery());
  const sayChange = ({ isEnabled }: DetectorChange): string =>
    isEnabled === null ? t('changes.settings') : isEnabled ? t('state.on') : t('state.off');
  return (
    <section className="card" aria-labelledby="changes">
      <Heading2 id="changes">{t('changes.title')}</Heading2>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.items.length === 0 && <Paragraph>{t('changes.none')}</Paragraph>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          caption={t('changes.caption')}
          columns={[
            { title: t('changes.detector') },
            { title: t('changes.what') },
            { title: t('changes.decision') },
            { title: t('changes.state') },
            { title: t('changes.by') },
            { title: t('changes.at') },
          ]}
          rows={data.items.map((change) => [
            change.detectorId,
            sayChange(change),
            change.decisionRef,
            t(`cases:request.${change.state}`),
            change.requestedBy.name,
            <Instant key="at" at={change.requestedAt} style="date" />,
          ])}
        />
      )}
    </section>
  );
}

/** Asks for a detector to be turned on or off; another person agrees, under a decision of the works council. */
export function ChangeForm({ of }: { of: Detector }) {
  const { t } = useTranslation('detectors');
  const action = useAction(['detector-changes'], { isFresh: true });
  const [reason, setReason] = useState('');
  const [decisionRef, setDecisionRef] = useState('');
  const [wasTried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (reason.trim().length < MIN_MOTIVATION || decisionRef.trim() === '') return;
    void action
      .run(() =>
        requestDetectorChange({
          detectorId: of.detectorId,
          isEnabled: !of.isEnabled,
          reason: reason.trim(),
          decisionRef: decisionRef.trim(),
        }),
      )
      .then((isDone) => isDone && setReason(''));
  };
  return (
    <form onSubmit={submit} noValidate className="entry form">
      <Heading3>{of.isEnabled ? t('change.turnOff') : t('change.turnOn')}</Heading3>
      <Paragraph>{t('change.lead')}</Paragraph>
      <Motivation
        label={t('change.reason')}
        value={reason}
        onChange={setReason}
        min={MIN_MOTIVATION}
        wasTried={wasTried}
        rows={2}
      />
      <TextField
        label={t('change.decision')}
        value={decisionRef}
        onChange={setDecisionRef}
        isRequired
      />
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <Button type="submit" disabled={action.isBusy}>
        {t('change.submit')}
      </Button>
    </form>
  );
}
