import { FormField, FormFieldDescription, FormLabel } from '@utrecht/component-library-react';
import { useId } from 'react';

/** Reads a text file on this machine; only what the form then sends leaves it. */
export function FileField(props: {
  label: string;
  help: string;
  accept: string;
  onRead: (text: string, name: string) => void;
}) {
  const id = useId();
  return (
    <FormField>
      <FormLabel htmlFor={id}>{props.label}</FormLabel>
      <FormFieldDescription id={`${id}-help`}>{props.help}</FormFieldDescription>
      <input
        id={id}
        type="file"
        className="file"
        accept={props.accept}
        aria-describedby={`${id}-help`}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file !== undefined) void file.text().then((text) => props.onRead(text, file.name));
        }}
      />
    </FormField>
  );
}
