// RFC 5424, strictly, in one pass over the bytes; a fault is told by its field and its column.
import { daysInMonth } from '../../domain/time.ts';

export type SyslogMessage = {
  priority: number;
  facility: number;
  severity: number;
  version: number;
  timestamp: string | null;
  /** Epoch milliseconds of `timestamp`. */
  at: number | null;
  hostname: string | null;
  appName: string | null;
  procId: string | null;
  msgId: string | null;
  structuredData: Record<string, Record<string, string>> | null;
  message: string | null;
};
export type SyslogFault = { field: string; column: number };

const MAX_PARAMETERS = 256;
const [SPACE, QUOTE, BACKSLASH, DASH, OPEN, CLOSE, EQUALS] = [
  0x20, 0x22, 0x5c, 0x2d, 0x5b, 0x5d, 0x3d,
];
const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isPrintable = (byte: number | undefined): boolean =>
  byte !== undefined && byte > 0x20 && byte < 0x7f;

class Fault extends Error {
  readonly field: string;
  readonly column: number;
  constructor(field: string, column: number) {
    super(field);
    this.field = field;
    this.column = column;
  }
}

/** Priority between angle brackets, 0 to 191 without leading zeros: its value and where it ends. */
export function readPriority(bytes: Buffer): { priority: number; end: number } | SyslogFault {
  if (bytes[0] !== 0x3c) return { field: 'priority', column: 0 };
  let value = 0;
  for (let at = 1; at < 5; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x3e && at > 1) return { priority: value, end: at + 1 };
    const isAllowed = isDigit(byte) && !(at > 1 && value === 0) && value * 10 + byte - 48 <= 191;
    if (!isAllowed) return { field: 'priority', column: at };
    value = value * 10 + byte - 48;
  }
  return { field: 'priority', column: 4 };
}

// One class of digits per place: what may follow `3` in a day differs from what follows `0`.
const SHAPE = 'dddd-MM-DDTHH:mm:ss';
function isAllowedAt(place: number, byte: number, before: number): boolean {
  const digit = byte - 48;
  const first = before - 48;
  switch (SHAPE[place]) {
    case 'd':
      return isDigit(byte);
    case 'M':
      return place === 5
        ? digit === 0 || digit === 1
        : first === 0
          ? digit > 0 && digit <= 9
          : digit >= 0 && digit <= 2;
    case 'D':
      return place === 8
        ? digit >= 0 && digit <= 3
        : first === 0
          ? digit > 0 && digit <= 9
          : first === 3
            ? digit === 0 || digit === 1
            : isDigit(byte);
    case 'H':
      return place === 11
        ? digit >= 0 && digit <= 2
        : first === 2
          ? digit >= 0 && digit <= 3
          : isDigit(byte);
    case 'm':
    case 's':
      return place === 14 || place === 17 ? digit >= 0 && digit <= 5 : isDigit(byte);
    default:
      return byte === SHAPE.charCodeAt(place);
  }
}

/** RFC 3339 with at most six digits of a second; leap seconds are not allowed in syslog. */
function readTimestamp(bytes: Buffer, start: number): { at: number; end: number } {
  const fail = (column: number): never => {
    throw new Fault('timestamp', column);
  };
  let at = start;
  for (let place = 0; place < SHAPE.length; place++, at++)
    if (!isAllowedAt(place, bytes[at] ?? 0, bytes[at - 1] ?? 0)) fail(at);
  let ms = 0;
  if (bytes[at] === 0x2e) {
    const from = ++at;
    while (at < from + 6 && isDigit(bytes[at])) at++;
    if (at === from) fail(at);
    ms = Number(bytes.toString('latin1', from, at).padEnd(3, '0').slice(0, 3));
  }
  let offset = 0;
  const sign = bytes[at];
  if (sign === 0x5a) at++;
  else if (sign === 0x2b || sign === DASH) {
    at++;
    for (const place of [11, 12, 13, 14, 15]) {
      if (!isAllowedAt(place, bytes[at] ?? 0, bytes[at - 1] ?? 0)) fail(at);
      at++;
    }
    const [hours, minutes] = [
      bytes.toString('latin1', at - 5, at - 3),
      bytes.toString('latin1', at - 2, at),
    ];
    offset = (sign === DASH ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } else fail(at);
  const text = bytes.toString('latin1', start, start + 19);
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  if (day > daysInMonth(year, month)) fail(at);
  return { at: Date.parse(`${text}Z`) + ms - offset, end: at };
}

/** Index of the first byte that breaks UTF-8 from `start` on, or -1 (table 3-7 of Unicode). */
export function badUtf8(bytes: Buffer, start: number, end = bytes.length): number {
  for (let at = start; at < end; ) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const size =
      lead >= 0xc2 && lead <= 0xdf
        ? 2
        : lead >= 0xe0 && lead <= 0xef
          ? 3
          : lead >= 0xf0 && lead <= 0xf4
            ? 4
            : 0;
    if (size === 0) return at;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let i = 1; i < size; i++) {
      const byte = bytes[at + i];
      const [least, most] = i === 1 ? [low, high] : [0x80, 0xbf];
      if (at + i >= end || byte === undefined || byte < least || byte > most) return at + i;
    }
    at += size;
  }
  return -1;
}

/** One message to its parts, or the first fault. */
export function parseRfc5424(bytes: Buffer): SyslogMessage | SyslogFault {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof Fault) return { field: error.field, column: error.column };
    throw error;
  }
}
export const isFault = (result: object): result is SyslogFault => 'column' in result;

function read(bytes: Buffer): SyslogMessage {
  const head = readPriority(bytes);
  if (isFault(head)) throw new Fault(head.field, head.column);
  let at = head.end;
  const version = readVersion();
  space('version');
  let timestamp: string | null = null;
  let time: number | null = null;
  if (bytes[at] === DASH) at++;
  else {
    const from = at;
    const found = readTimestamp(bytes, at);
    at = found.end;
    time = found.at;
    timestamp = bytes.toString('latin1', from, at);
  }
  space('timestamp');
  const hostname = headerField('hostname', 255);
  space('hostname');
  const appName = headerField('appName', 48);
  space('appName');
  const procId = headerField('procId', 128);
  space('procId');
  const msgId = headerField('msgId', 32);
  space('msgId');
  const structuredData = readStructuredData();
  let message: string | null = null;
  if (at < bytes.length) {
    space('structuredData');
    const bad = badUtf8(bytes, at);
    if (bad >= 0) throw new Fault('message', bad);
    if (at < bytes.length) message = bytes.toString('utf8', at);
  }
  const { priority } = head;
  return {
    priority,
    facility: priority >> 3,
    severity: priority & 7,
    version,
    timestamp,
    at: time,
    hostname,
    appName,
    procId,
    msgId,
    structuredData,
    message,
  };

  function readVersion(): number {
    const from = at;
    if (!isDigit(bytes[at]) || bytes[at] === 0x30) throw new Fault('version', at);
    while (at < from + 3 && isDigit(bytes[at])) at++;
    return Number(bytes.toString('latin1', from, at));
  }
  function space(field: string): void {
    if (bytes[at] !== SPACE) throw new Fault(field, at);
    at++;
  }
  function headerField(field: string, most: number): string | null {
    const from = at;
    while (isPrintable(bytes[at])) {
      if (at - from >= most) throw new Fault(field, at);
      at++;
    }
    if (at === from || (bytes[at] !== SPACE && at < bytes.length)) throw new Fault(field, at);
    const text = bytes.toString('latin1', from, at);
    return text === '-' ? null : text;
  }
  function name(field: string): string {
    const from = at;
    for (;;) {
      const byte = bytes[at];
      if (!isPrintable(byte) || byte === EQUALS || byte === CLOSE || byte === QUOTE) break;
      if (at - from >= 32) throw new Fault(field, at);
      at++;
    }
    if (at === from) throw new Fault(field, at);
    return bytes.toString('latin1', from, at);
  }
  function readStructuredData(): SyslogMessage['structuredData'] {
    if (bytes[at] === DASH) {
      at++;
      return null;
    }
    if (bytes[at] !== OPEN) throw new Fault('structuredData', at);
    const data: Record<string, Record<string, string>> = Object.create(null);
    let parameters = 0;
    while (bytes[at] === OPEN) {
      at++;
      const id = name('structuredData');
      if (Object.hasOwn(data, id)) throw new Fault('structuredData', at);
      const element: Record<string, string> = Object.create(null);
      data[id] = element;
      while (bytes[at] === SPACE) {
        at++;
        if (++parameters > MAX_PARAMETERS) throw new Fault('structuredData', at);
        const key = name('structuredData');
        if (bytes[at] !== EQUALS) throw new Fault('structuredData', at);
        at++;
        if (bytes[at] !== QUOTE) throw new Fault('structuredData', at);
        at++;
        const value = paramValue();
        // A name may come more than once; the first is kept, as everywhere here.
        if (!Object.hasOwn(element, key)) element[key] = value;
      }
      if (bytes[at] !== CLOSE) throw new Fault('structuredData', at);
      at++;
    }
    return data;
  }
  function paramValue(): string {
    const from = at;
    let hasEscape = false;
    for (; ; at++) {
      const byte = bytes[at];
      if (byte === undefined || byte === CLOSE) throw new Fault('structuredData', at);
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) continue;
      const next = bytes[at + 1];
      // Before any other character a backslash is itself (section 6.3.3).
      if (next === QUOTE || next === BACKSLASH || next === CLOSE) {
        hasEscape = true;
        at++;
      }
    }
    const bad = badUtf8(bytes, from, at);
    if (bad >= 0) throw new Fault('structuredData', bad);
    const text = bytes.toString('utf8', from, at);
    at++;
    return hasEscape ? text.replaceAll(/\\(["\\\]])/g, '$1') : text;
  }
}
