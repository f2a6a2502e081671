import { Button, Heading3, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { replayDeadLetters } from '../data/operations.ts';
import type { Replay } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { SelectField } from '../ui/field.tsx';
import { useAction } from '../ui/use-action.ts';
import { LETTER_REASONS, useLetterReason } from './letter-words.ts';

/** Reads lines that were set aside again, after the source, the settings or the program was mended. */
export function ReplayForm() {
  const { t } = useTranslation('sources');
  const format = useFormat();
  const sayReason = useLetterReason();
  const action = useAction(['dead-letters', 'status', 'sources'], { isFresh: true });
  const [chosen, setChosen] = useState('');
  const [done, setDone] = useState<Replay | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = LETTER_REASONS.find((r) => r === chosen);
    setDone(null);
    void action.run(async () =>
      setDone(await replayDeadLetters(reason === undefined ? {} : { reason })),
    );
  };
  return (
    <form onSubmit={submit} className="entry no-print">
      <Heading3>{t('replay.title')}</Heading3>
      <Paragraph>{t('replay.lead')}</Paragraph>
      <div className="filters">
        <SelectField
          label={t('replay.which')}
          value={chosen}
          onChange={setChosen}
          options={[
            { value: '', label: t('replay.all') },
            ...LETTER_REASONS.map((r) => ({ value: r, label: sayReason(r) })),
          ]}
        />
        <Button type="submit" disabled={action.isBusy}>
          {t('replay.submit')}
        </Button>
      </div>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      {done !== null && (
        <p role="status" className="said">
          {t('replay.done', {
            again: format.count(done.again),
            mended: format.count(done.mended),
            dead: format.count(done.stillDead),
          })}
        </p>
      )}
    </form>
  );
}
