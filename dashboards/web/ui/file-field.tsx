import {
  FormField,
  FormFieldDescription,
  FormFieldErrorMessage,
  FormLabel,
} from '@utrecht/component-library-react';
import { useId } from 'react';

/** Reads a text file on this machine; only what the form then sends leaves it. */
export function FileField(props: {
  label: string;
  help: string;
  error?: string | undefined;
  accept: string;
  onRead: (text: string, name: string) => void;
}) {
  const { error } = props;
  const id = useId();
  const ids = error === undefined ? `${id}-help` : `${id}-help ${id}-error`;
  return (
    <FormField invalid={error !== undefined}>
      <FormLabel htmlFor={id}>{props.label}</FormLabel>
      <FormFieldDescription id={`${id}-help`}>{props.help}</FormFieldDescription>
      {error !== undefined && (
        <FormFieldErrorMessage id={`${id}-error`}>{error}</FormFieldErrorMessage>
      )}
      <input
        id={id}
        type="file"
        className="file"
        accept={props.accept}
        aria-describedby={ids}
        aria-invalid={error !== undefined}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file !== undefined) void file.text().then((text) => props.onRead(text, file.name));
        }}
      />
    </FormField>
  );
}
