import { Button, Heading3 } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recordStep } from '../data/breaches.ts';
import { may } from '../data/session.ts';
import type { Breach, BreachStep } from '../data/shapes.ts';
import { fromField, toField } from '../shell/local-time.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { type Option, SelectField, TextArea, TextField } from '../ui/field.tsx';
import { useAction } from '../ui/use-action.ts';
import type { StepKind } from './breach-words.ts';

/** Free words need three characters to say anything; the service asks the same. */
const MIN_WORDS = 3;

/** One thing that a step asks for; what is optional may stay empty and is then not recorded. */
export type StepField = {
  name: string;
  label: string;
  help?: string;
  kind: 'words' | 'line' | 'moment' | 'count' | 'choice';
  options?: readonly Option[];
  isOptional?: boolean;
  /** What stands in the field at first, as it is typed. */
  start?: string;
};
/** What was filled in: moments as RFC 3339, all else as typed; null where nothing is. */
export type Filled = (name: string) => string | null;

/**
 * A step of a breach file as a form that is opened when needed. Who has no part in the step does not
 * see it: the data protection officer advises, the others do the rest.
 */
export function StepForm(props: {
  of: Breach;
  kind: StepKind;
  title: string;
  fields: readonly StepField[];
  build: (filled: Filled) => BreachStep;
}) {
  const { of, kind, title, fields, build } = props;
  const { t } = useTranslation('breaches');
  const session = useSession();
  const action = useAction(['breach', 'breaches', 'breach-register']);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [wasTried, setTried] = useState(false);
  const isOwn = (session.role === 'fg') === (kind === 'advice-given');
  if (!isOwn || !may(session, 'recordBreachStep')) return null;
  const textOf = (field: StepField): string => values[field.name] ?? startOf(field);
  const faultOf = (field: StepField): string | undefined => {
    const text = textOf(field).trim();
    if (text === '') return field.isOptional === true ? undefined : t('step.empty');
    if (field.kind === 'words' && text.length < MIN_WORDS) return t('step.short');
    if (field.kind === 'moment' && fromField(text) === null) return t('step.noMoment');
    return undefined;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fields.some((field) => faultOf(field) !== undefined)) return;
    const filled: Filled = (name) => {
      const field = fields.find((f) => f.name === name);
      const text = field === undefined ? '' : textOf(field).trim();
      if (text === '') return null;
      return field?.kind === 'moment' ? fromField(text) : text;
    };
    void action
      .run(() => recordStep(of, build(filled)))
      .then((isDone) => {
        if (!isDone) return;
        setValues({});
        setTried(false);
      });
  };
  return (
    <details className="entry no-print">
      <summary>{title}</summary>
      <form onSubmit={submit} noValidate className="form">
        <Heading3 className="visually-hidden">{title}</Heading3>
        {fields.map((field) => (
          <StepInput
            key={field.name}
            field={field}
            value={textOf(field)}
            error={wasTried ? faultOf(field) : undefined}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {action.problem !== null && <ProblemNotice problem={action.problem} />}
        <Button type="submit" disabled={action.isBusy}>
          {t('step.submit')}
        </Button>
      </form>
    </details>
  );
}

const startOf = (field: StepField): string =>
  field.start ??
  (field.kind === 'choice' && field.isOptional !== true ? (field.options?.[0]?.value ?? '') : '');

function StepInput(props: {
  field: StepField;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { field, value, error, onChange } = props;
  const { t } = useTranslation('breaches');
  const isRequired = field.isOptional !== true;
  const label = isRequired ? field.label : t('step.optional', { label: field.label });
  const help = field.help === undefined ? {} : { help: field.help };
  const base = { label, value, error, onChange, ...help };
  if (field.kind === 'choice') {
    const none = isRequired ? [] : [{ value: '', label: '–' }];
    return <SelectField {...base} options={[...none, ...(field.options ?? [])]} />;
  }
  if (field.kind === 'words') return <TextArea {...base} rows={2} isRequired={isRequired} />;
  const type = { line: 'text', moment: 'datetime-local', count: 'number' } as const;
  return <TextField {...base} type={type[field.kind]} isRequired={isRequired} />;
}

/** The moment at which a form is opened, as its field wants it. */
export const nowField = (): string => toField(Date.now());
