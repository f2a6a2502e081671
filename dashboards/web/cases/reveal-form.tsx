import { PrimaryActionButton } from '@utrecht/component-library-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { requestReveal } from '../data/cases.ts';
import type { CaseDetail } from '../data/shapes.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Motivation } from '../ui/motivation.tsx';
import { Token } from '../ui/token.tsx';
import { useAction } from '../ui/use-action.ts';
import { MIN_MOTIVATION, PURPOSES } from './case-words.ts';

/** Asks for a reveal of tokens of this case: which, what for, and why it cannot be done without. */
export function RevealForm({ of }: { of: CaseDetail }) {
  const { t } = useTranslation('cases');
  const action = useAction(['reveals', 'case'], { isFresh: true });
  const [tokens, setTokens] = useState<ReadonlySet<string>>(new Set());
  const [purpose, setPurpose] = useState<string>(PURPOSES[0] ?? '');
  const [article, setArticle] = useState(of.protocolArticle);
  const [text, setText] = useState('');
  const [wasTried, setTried] = useState(false);
  const id = useId();
  const all = [...of.actors, ...of.subjects].map(({ token }) => token);
  const toggle = (token: string): void => {
    const next = new Set(tokens);
    if (!next.delete(token)) next.add(token);
    setTokens(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const reasonCode = PURPOSES.find((p) => p === purpose);
    if (reasonCode === undefined || tokens.size === 0) return;
    if (text.trim().length < MIN_MOTIVATION) return;
    const body = {
      tokens: [...tokens],
      reasonCode,
      text: text.trim(),
      ground: of.ground,
      protocolArticle: article.trim(),
    };
    void action.run(() => requestReveal(of.caseId, body)).then((isDone) => isDone && setText(''));
  };
  return (
    <details className="entry no-print">
      <summary>{t('reveal.request')}</summary>
      <form onSubmit={submit} noValidate>
        <fieldset className="choices" aria-describedby={`${id}-missing`}>
          <legend>{t('reveal.tokens')}</legend>
          {wasTried && tokens.size === 0 && (
            <p id={`${id}-missing`} className="error">
              {t('reveal.noToken')}
            </p>
          )}
          {all.map((token, i) => (
            <p key={token} className="check">
              <input
                id={`${id}-${i}`}
                type="checkbox"
                checked={tokens.has(token)}
                onChange={() => toggle(token)}
              />
              <label htmlFor={`${id}-${i}`}>
                <Token token={token} />
              </label>
            </p>
          ))}
        </fieldset>
        <SelectField
          label={t('reveal.reason')}
          value={purpose}
          onChange={setPurpose}
          options={PURPOSES.map((p) => ({ value: p, label: t(`reveal.purpose.${p}`) }))}
        />
        <TextField label={t('new.article')} value={article} onChange={setArticle} isRequired />
        <Motivation
          label={t('reveal.text')}
          value={text}
          onChange={setText}
          min={MIN_MOTIVATION}
          wasTried={wasTried}
        />
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <PrimaryActionButton type="submit" disabled={action.isBusy}>
          {t('reveal.request')}
        </PrimaryActionButton>
      </form>
    </details>
  );
}
