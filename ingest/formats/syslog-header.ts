// What stands in front of a payload: RFC 5424 strictly, RFC 3164 leniently, or a priority alone.
import { fromText } from './instants.ts';
import type { LocalInstant } from './local-time.ts';
import type { MonthNameTime } from './month-name-time.ts';
import {
  isFault,
  parseRfc5424,
  readPriority,
  type SyslogFault,
  type SyslogMessage,
} from './rfc5424.ts';

export type SyslogLine = {
  /**
   * `deviating`: looks like RFC 5424 but breaks it. `unknown`: no header of a standard, at most a priority
   * and, as forwarders write them, a time as in RFC 3339 and a host.
   */
  format: 'rfc5424' | 'rfc3164' | 'deviating' | 'unknown';
  priority: number | null;
  host: string | null;
  timestampText: string | null;
  instant: LocalInstant | null;
  rfc5424: SyslogMessage | null;
  fault: SyslogFault | null;
  /** Where the payload is looked for. */
  content: string;
};

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;
const VERSION = /^\d{1,3}(?: |$)/;
const PAYLOAD = /^(?:CEF|LEEF):\d/;

/** The first word is the host, unless it is a tag or the payload itself. */
function splitHost(text: string): { host: string | null; content: string } {
  const rest = text.replace(/^ +/, '');
  if (PAYLOAD.test(rest)) return { host: null, content: rest };
  const end = rest.indexOf(' ');
  const word = end < 0 ? rest : rest.slice(0, end);
  const isTag = word.endsWith(':') || word.includes('[');
  return isTag || word === ''
    ? { host: null, content: rest }
    : { host: word, content: end < 0 ? '' : rest.slice(end + 1) };
}

export function readSyslogLine(
  bytes: Buffer,
  clock: (text: string) => MonthNameTime | null,
): SyslogLine {
  const head = readPriority(bytes);
  const priority = isFault(head) ? null : head.priority;
  const after = bytes.toString('utf8', isFault(head) ? 0 : head.end);
  const line: SyslogLine = {
    format: 'unknown',
    priority,
    host: null,
    timestampText: null,
    instant: null,
    rfc5424: null,
    fault: isFault(head) ? head : null,
    content: after,
  };
  if (priority !== null && VERSION.test(after)) {
    const parsed = parseRfc5424(bytes);
    if (isFault(parsed)) return { ...line, format: 'deviating', fault: parsed };
    return {
      ...line,
      format: 'rfc5424',
      host: parsed.hostname,
      timestampText: parsed.timestamp,
      instant: parsed.at === null ? null : { at: parsed.at, isDateOnly: false },
      rfc5424: parsed,
      content: (parsed.message ?? '').replace(/^\uFEFF/, ''),
    };
  }
  const iso = ISO.exec(after)?.[1];
  if (iso !== undefined)
    return {
      ...line,
      timestampText: iso,
      instant: fromText(iso),
      fault: null,
      ...splitHost(after.slice(iso.length)),
    };
  const time = clock(after);
  if (time === null) return line;
  return {
    ...line,
    format: 'rfc3164',
    timestampText: time.text,
    instant: time.instant,
    fault: null,
    ...splitHost(after.slice(time.text.length)),
  };
}
