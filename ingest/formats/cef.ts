// CEF and LEEF: one line of key=value behind a header of pipes. One pass, no backtracking.

export type Cef = {
  version: number;
  deviceVendor: string;
  deviceProduct: string;
  deviceVersion: string;
  deviceEventClassId: string;
  name: string;
  severity: string;
  extension: Record<string, string>;
};
export type Leef = {
  leefVersion: string;
  vendor: string;
  product: string;
  version: string;
  eventId: string;
  attributes: Record<string, string>;
};

const MAX_KEYS = 1000;
const MAX_KEY = 1023;
const KEY_CHARACTER = /[\w.[\]-]/;
const emptyMap = (): Record<string, string> => Object.create(null);

/** Fields between pipes that no backslash escapes, and where the rest begins; null when there are fewer. */
function headerFields(
  text: string,
  start: number,
  count: number,
): { fields: string[]; rest: number } | null {
  const fields: string[] = [];
  let field = '';
  let from = start;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && (text[at + 1] === '|' || text[at + 1] === '\\')) {
      field += text.slice(from, at) + text[at + 1];
      at++;
      from = at + 1;
    } else if (char === '|') {
      fields.push(field + text.slice(from, at));
      field = '';
      from = at + 1;
      if (fields.length === count) return { fields, rest: from };
    }
  }
  return null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  '=': '=',
  '\\': '\\',
  '|': '|',
};
function unescaped(value: string): string {
  let slash = value.indexOf('\\');
  if (slash < 0) return value;
  let text = '';
  let from = 0;
  while (slash >= 0) {
    const meant = ESCAPES[value[slash + 1] ?? ''];
    if (meant !== undefined) {
      text += value.slice(from, slash) + meant;
      from = slash + 2;
    }
    slash = value.indexOf('\\', meant === undefined ? slash + 1 : from);
  }
  return text + value.slice(from);
}

/** `key=value key=value`: a value ends where a space, a key and an equals sign follow. */
function readExtension(text: string, start: number): Record<string, string> | null {
  const extension = emptyMap();
  let keys = 0;
  let key: string | null = null;
  let valueFrom = start;
  let wordFrom = start;
  let isKey = true;
  const close = (end: number): void => {
    if (key !== null && !Object.hasOwn(extension, key))
      extension[key] = unescaped(text.slice(valueFrom, end).trimEnd());
  };
  for (let at = start; at < text.length; at++) {
    const char = text[at] as string;
    if (char === ' ') {
      wordFrom = at + 1;
      isKey = true;
    } else if (char === '\\') {
      // Before any other character a backslash is itself, and a space after it still ends a word.
      if ((text[at + 1] ?? '') in ESCAPES) at++;
      isKey = false;
    } else if (char === '=' && isKey && at > wordFrom && at - wordFrom <= MAX_KEY) {
      close(wordFrom);
      if (++keys > MAX_KEYS) return null;
      key = text.slice(wordFrom, at);
      valueFrom = at + 1;
      isKey = false;
    } else if (isKey && !KEY_CHARACTER.test(char)) isKey = false;
  }
  close(text.length);
  return extension;
}

/** A CEF message that begins at `start`; null when its header or extension breaks the format. */
export function parseCef(text: string, start = 0): Cef | null {
  if (!text.startsWith('CEF:', start)) return null;
  const header = headerFields(text, start + 4, 7);
  if (header === null) return null;
  const [version = '', vendor = '', product = '', device = '', id = '', name = '', severity = ''] =
    header.fields;
  if (!/^\d{1,3}$/.test(version)) return null;
  const extension = readExtension(text, header.rest);
  return (
    extension && {
      version: Number(version),
      deviceVendor: vendor,
      deviceProduct: product,
      deviceVersion: device,
      deviceEventClassId: id,
      name,
      severity,
      extension,
    }
  );
}

/** Delimiter of LEEF 2.0: a character, or its number as `x09` or `0x09`; a tab when left empty. */
function delimiterOf(field: string): string | null {
  if (field === '') return '\t';
  if (field.length === 1) return field;
  const hex = /^(?:0?x)([0-9a-f]{2,4})$/i.exec(field)?.[1];
  return hex === undefined ? null : String.fromCharCode(Number.parseInt(hex, 16));
}

/** A LEEF message that begins at `start`; null when it breaks the format. */
export function parseLeef(text: string, start = 0): Leef | null {
  if (!text.startsWith('LEEF:', start)) return null;
  const isSecond = text.startsWith('2.', start + 5);
  let header = headerFields(text, start + 5, isSecond ? 6 : 5);
  // The delimiter of 2.0 may be left out altogether.
  let delimiter = isSecond && header !== null ? delimiterOf(header.fields[5] ?? '') : '\t';
  if (isSecond && delimiter === null) {
    header = headerFields(text, start + 5, 5);
    delimiter = '\t';
  }
  if (header === null || delimiter === null) return null;
  const [leefVersion = '', vendor = '', product = '', version = '', eventId = ''] = header.fields;
  if (!/^\d\.\d$/.test(leefVersion)) return null;
  const attributes = emptyMap();
  const pairs = text.slice(header.rest).split(delimiter);
  if (pairs.length > MAX_KEYS) return null;
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    const key = pair.slice(0, equals).trim();
    if (!Object.hasOwn(attributes, key)) attributes[key] = pair.slice(equals + 1).trimEnd();
  }
  return { leefVersion, vendor, product, version, eventId, attributes };
}
