import { useTranslation } from 'react-i18next';
import { TextArea } from './field.tsx';

/** A text that others must understand later, with the length it needs at least. */
export function Motivation(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  min: number;
  wasTried: boolean;
  rows?: number;
}) {
  const { t } = useTranslation('cases');
  const missing = props.min - props.value.trim().length;
  return (
    <TextArea
      label={props.label}
      help={t('reasonHelp', { count: props.min })}
      error={props.wasTried && missing > 0 ? t('reasonShort', { count: missing }) : undefined}
      value={props.value}
      onChange={props.onChange}
      rows={props.rows ?? 3}
      isRequired
    />
  );
}
