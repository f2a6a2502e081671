// Syslog lines and what they carry: CEF, LEEF, or structured data whose meaning was agreed. Firewalls
// and servers write most of it; only lines that tell of a look at a person become events.
import { isUtf8 } from 'node:buffer';
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import {
  type Agreement,
  agreedAction,
  applyAgreement,
  hasAgreed,
  noAgreement,
} from './agreement.ts';
import { parseCef, parseLeef } from './cef.ts';
import type { Format } from './format.ts';
import { fromMillis, fromText } from './instants.ts';
import { bsnSubject, type Json, type Subject } from './json-fields.ts';
import { compilePattern, createLocalClock, type LocalInstant } from './local-time.ts';
import { createMonthNameClock } from './month-name-time.ts';
import { actionOfName } from './operations.ts';
import {
  type AgreedFormat,
  type Draft,
  dead,
  emitFound,
  type Found,
  isSetAside,
  notAnAccess,
  systemOf,
} from './records.ts';
import { readSyslogLine, type SyslogLine } from './syslog-header.ts';

const BSN = /^(?:bsn|burgerservicenummer)$/i;
const CUSTOM = [
  ...[1, 2, 3, 4, 5, 6].map((n) => `cs${n}`),
  ...['flexString1', 'flexString2', 'cn1', 'cn2', 'cn3'],
].map((name) => [`${name}Label`, name] as const);
const DENIED = /den(?:y|ied)|block|refus|forbid|drop|reject|unauthori[sz]ed/i;
const FAILED = /fail|error/i;
const outcomeOf = (text: string): 'success' | 'denied' | 'error' =>
  DENIED.test(text) ? 'denied' : FAILED.test(text) ? 'error' : 'success';

type Clock = ReturnType<typeof createMonthNameClock>;
/**
 * A device time: epoch milliseconds, a date with a month name, RFC 3339, or by the pattern that the line
 * itself gives; null when there is none.
 */
function deviceTime(
  text: string | undefined,
  clock: Clock,
  pattern?: { text: string | undefined; zone: Agreement['zone'] },
): LocalInstant | null {
  if (text === undefined || text === '') return null;
  if (/^\d{10,16}$/.test(text)) return fromMillis(text);
  const named = clock(text);
  if (named !== null) return named.instant;
  const written = fromText(text);
  if (!('error' in written) || pattern?.text === undefined) return written;
  const local = pattern.text.replace(/ ?[zZX]+$/, '');
  if (compilePattern(local) === null) return written;
  const zone = / ?(?:UTC|GMT|Z)$/.exec(text)?.[0];
  return createLocalClock(
    local,
    zone === undefined ? pattern.zone : 'UTC',
  )(zone === undefined ? text : text.slice(0, -zone.length));
}

/** What a payload tells, before it is an event: the action is null when no table knows it. */
type Told = {
  action: Action | null;
  /** What agreed fields are read from; made only when there are some. */
  record: () => Json;
  draft: Omit<Draft, 'action'>;
};

function fromCef(line: SyslogLine, start: number, clock: Clock, agreement: Agreement): Told | null {
  const cef = parseCef(line.content, start);
  if (cef === null) return null;
  const { extension: x } = cef;
  let subject: Subject | null = null;
  for (const [label, value] of CUSTOM) if (BSN.test(x[label] ?? '')) subject = bsnSubject(x[value]);
  subject ??= bsnSubject(x['bsn'] ?? x['burgerservicenummer']);
  const user = x['suser'] ?? x['suid'];
  const file = x['filePath'] ?? x['fname'];
  return {
    action:
      agreedAction(agreement, x['act'] ?? null) ??
      agreedAction(agreement, cef.deviceEventClassId) ??
      agreedAction(agreement, cef.name) ??
      (subject === null ? null : (actionOfName(x['act'] ?? '') ?? actionOfName(cef.name))),
    record: () => ({ ...cef, ...x }),
    draft: {
      eventId: x['externalId'] ?? null,
      occurredAt: deviceTime(x['rt'] ?? x['start'], clock) ?? line.instant,
      timeField: 'rt',
      source: { system: systemOf(cef.deviceProduct, 'cef'), instance: line.host?.slice(0, 128) },
      actor: user === undefined ? null : { id: user },
      outcome: outcomeOf(x['outcome'] ?? ''),
      subject,
      subjectField: 'extension',
      ...(file === undefined ? {} : { object: { kind: 'document', id: file } }),
      purpose: { text: x['reason'] },
      device: { ip: x['src'], host: x['shost'] },
    },
  };
}

function fromLeef(
  line: SyslogLine,
  start: number,
  clock: Clock,
  agreement: Agreement,
): Told | null {
  const leef = parseLeef(line.content, start);
  if (leef === null) return null;
  const { attributes: a } = leef;
  const key = Object.keys(a).find((name) => BSN.test(name));
  const subject = key === undefined ? null : bsnSubject(a[key]);
  const user = a['usrName'];
  return {
    action:
      agreedAction(agreement, leef.eventId) ??
      agreedAction(agreement, a['cat'] ?? null) ??
      (subject === null ? null : (actionOfName(leef.eventId) ?? actionOfName(a['cat'] ?? ''))),
    record: () => ({ ...leef, ...a }),
    draft: {
      occurredAt:
        deviceTime(a['devTime'], clock, { text: a['devTimeFormat'], zone: agreement.zone }) ??
        line.instant,
      timeField: 'devTime',
      source: { system: systemOf(leef.product, 'leef'), instance: line.host?.slice(0, 128) },
      actor: user === undefined ? null : { id: user },
      outcome: outcomeOf(a['disp'] ?? ''),
      subject,
      subjectField: 'attributes',
      device: { ip: a['src'], host: a['identHostName'] },
    },
  };
}

/** Structured data tells something only where its meaning was agreed. */
function fromStructuredData(
  { rfc5424: m, instant, host }: SyslogLine,
  agreement: Agreement,
): Told | null {
  const action = m && agreedAction(agreement, m.msgId);
  if (!m || !action) return null;
  return {
    action,
    record: () => ({
      sd: m.structuredData ?? {},
      msgId: m.msgId,
      appName: m.appName,
      hostname: m.hostname,
    }),
    draft: {
      occurredAt: instant,
      timeField: 'timestamp',
      source: { system: systemOf(m.appName, 'syslog'), instance: host?.slice(0, 128) },
    },
  };
}

const START = /(?:CEF|LEEF):\d/;
/** A tag or key=value: content of a kind that servers and firewalls write. */
const CONTENT = /^\S{1,64}(?: \S{1,64})?: |[\w.-]{1,64}=/;

function readLine(bytes: Buffer, clock: Clock, agreement: Agreement): Found {
  const line = readSyslogLine(bytes, clock);
  const start = START.exec(line.content)?.index ?? -1;
  if (start >= 0) {
    const told =
      line.content[start] === 'C'
        ? fromCef(line, start, clock, agreement)
        : fromLeef(line, start, clock, agreement);
    return told === null ? dead('invalid-field', 'payload') : toFound(told, agreement);
  }
  const told = fromStructuredData(line, agreement);
  if (told !== null) return toFound(told, agreement);
  if (line.format === 'rfc5424') return notAnAccess;
  if (line.format === 'rfc3164')
    return line.instant !== null && 'error' in line.instant
      ? dead(line.instant.error, 'timestamp')
      : notAnAccess;
  if (line.fault === null && CONTENT.test(line.content)) return notAnAccess;
  return dead('invalid-field', line.fault?.field ?? 'version');
}

function toFound({ action, record, draft }: Told, agreement: Agreement): Found {
  // A security device that names no person tells of itself; one that does must say what was done.
  if (action === null) return draft.subject ? dead('unknown-operation', 'act') : notAnAccess;
  const whole: Draft = { ...draft, action };
  return ok(hasAgreed(agreement) ? applyAgreement(whole, record(), agreement) : whole);
}

const make = (agreement: Agreement, arrivedAt: () => number): Format => ({
  id: 'syslog',
  version: 1,
  detect: (sample) =>
    /^(?:<\d{1,3}>|(?:CEF|LEEF):\d|[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d |\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d) \S+ )/.test(
      sample.subarray(0, 64).toString('latin1'),
    ),
  reader() {
    const clock = createMonthNameClock(agreement.zone, arrivedAt);
    return {
      line(line, emit) {
        if (isSetAside(line, emit)) return;
        const found = isUtf8(line.bytes)
          ? readLine(line.bytes, clock, agreement)
          : dead('not-utf8');
        emitFound([found], line, emit);
      },
      end: () => undefined,
    };
  },
});

/** Times of RFC 3164 have no year; `arrivedAt` decides it, now when nothing else is known. */
export const createSyslog = (arrivedAt: () => number = Date.now): AgreedFormat => ({
  ...make(noAgreement('syslog'), arrivedAt),
  with: (agreement) => make(agreement, arrivedAt),
});
export const syslog = createSyslog();
