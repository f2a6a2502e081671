import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addNote } from '../data/cases.ts';
import { may } from '../data/session.ts';
import type { CaseDetail } from '../data/shapes.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextArea } from '../ui/field.tsx';
import { Instant } from '../ui/instant.tsx';
import { useAction } from '../ui/use-action.ts';

/** Notes are added, never changed. */
export function NotesSection({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const session = useSession();
  const action = useAction(['case']);
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void action.run(() => addNote(of, text.trim())).then((isDone) => isDone && setText(''));
  };
  return (
    <section className="card" aria-labelledby="notes">
      <Heading2 id="notes">{t('notes')}</Heading2>
      {of.notes.length === 0 ? (
        <Paragraph>{t('notesNone')}</Paragraph>
      ) : (
        <ol className="timeline-list">
          {of.notes.map((note) => (
            <li key={note.noteId}>
              <span className="soft small">
                <Instant at={note.at} />, {note.by.name}
              </span>
              <p className="quote">{note.text}</p>
            </li>
          ))}
        </ol>
      )}
      {may(session, 'addCaseNote') && (
        <form onSubmit={submit} className="no-print">
          <TextArea
            label={t('noteNew')}
            help={t('noteHelp')}
            value={text}
            onChange={setText}
            rows={3}
          />
          {action.problem !== null && <ProblemNotice problem={action.problem} />}
          <Button type="submit" disabled={action.isBusy}>
            {t('noteAdd')}
          </Button>
        </form>
      )}
    </section>
  );
}
