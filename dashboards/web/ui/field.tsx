import {
  FormField,
  FormFieldDescription,
  FormFieldErrorMessage,
  FormLabel,
  Select,
  SelectOption,
  Textarea,
  Textbox,
} from '@utrecht/component-library-react';
import { type ReactNode, useId } from 'react';

type Base = { label: string; help?: string; error?: string | undefined };
type Wiring = { id: string; describedBy: string | undefined; isInvalid: boolean };

/** A label, what helps to fill it in, and what is wrong with it, tied to one control. */
function Field(props: Base & { children: (wiring: Wiring) => ReactNode }) {
  const { label, help, error, children } = props;
  const id = useId();
  const ids = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <FormField invalid={error !== undefined}>
      <FormLabel htmlFor={id}>{label}</FormLabel>
      {help !== undefined && <FormFieldDescription id={`${id}-help`}>{help}</FormFieldDescription>}
      {error !== undefined && (
        <FormFieldErrorMessage id={`${id}-error`}>{error}</FormFieldErrorMessage>
      )}
      {children({
        id,
        describedBy: ids === '' ? undefined : ids,
        isInvalid: error !== undefined,
      })}
    </FormField>
  );
}

export function TextField(
  props: Base & {
    value: string;
    onChange: (value: string) => void;
    type?: 'text' | 'password' | 'date' | 'datetime-local' | 'number' | 'search';
    autoComplete?: string;
    isRequired?: boolean;
  },
) {
  return (
    <Field {...props}>
      {({ id, describedBy, isInvalid }) => (
        <Textbox
          id={id}
          type={props.type ?? 'text'}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          autoComplete={props.autoComplete ?? 'off'}
          required={props.isRequired === true}
          invalid={isInvalid}
          aria-describedby={describedBy}
        />
      )}
    </Field>
  );
}

export function TextArea(
  props: Base & {
    value: string;
    onChange: (value: string) => void;
    isRequired?: boolean;
    rows?: number;
  },
) {
  return (
    <Field {...props}>
      {({ id, describedBy, isInvalid }) => (
        <Textarea
          id={id}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          required={props.isRequired === true}
          rows={props.rows ?? 4}
          invalid={isInvalid}
          aria-describedby={describedBy}
        />
      )}
    </Field>
  );
}

export type Option = { value: string; label: string };

export function SelectField(
  props: Base & { value: string; onChange: (value: string) => void; options: readonly Option[] },
) {
  return (
    <Field {...props}>
      {({ id, describedBy, isInvalid }) => (
        <Select
          id={id}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          invalid={isInvalid}
          aria-describedby={describedBy}
        >
          {props.options.map((option) => (
            <SelectOption key={option.value} value={option.value}>
              {option.label}
            </SelectOption>
          ))}
        </Select>
      )}
    </Field>
  );
}
