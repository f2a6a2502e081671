import { useFormat } from '../shell/format.ts';

/** An instant in Dutch local time; machines and whoever hovers get UTC. */
export function Instant({
  at,
  style = 'instant',
}: {
  at: string;
  style?: 'instant' | 'exact' | 'date';
}) {
  const format = useFormat();
  return (
    <time dateTime={at} title={at}>
      {format[style](at)}
    </time>
  );
}
