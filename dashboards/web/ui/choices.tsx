import { useId } from 'react';

/** Several of a few: a group of boxes with one name and, where needed, what is wrong with the choice. */
export function Choices<V extends string>(props: {
  legend: string;
  options: readonly { value: V; label: string }[];
  chosen: readonly V[];
  onChange: (chosen: V[]) => void;
  error?: string | undefined;
}) {
  const { legend, options, chosen, onChange, error } = props;
  const id = useId();
  const toggle = (value: V): void =>
    onChange(options.map((o) => o.value).filter((v) => chosen.includes(v) !== (v === value)));
  return (
    <fieldset
      className="choices"
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <legend>{legend}</legend>
      {error !== undefined && (
        <p id={`${id}-error`} className="error">
          {error}
        </p>
      )}
      {options.map(({ value, label }) => (
        <p key={value} className="check">
          <input
            id={`${id}-${value}`}
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
          />
          <label htmlFor={`${id}-${value}`}>{label}</label>
        </p>
      ))}
    </fieldset>
  );
}
