// OTLP in JSON: attributes are lists of typed values, 64-bit numbers are text.
import { type Json, listOf, objectOf, own, textOf } from './json-fields.ts';

const MAX_DEPTH = 16;

/** A typed OTLP value as plain data; `undefined` for what is no value. */
export function anyValue(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return undefined;
  const typed = objectOf(value);
  for (const key of ['stringValue', 'boolValue', 'doubleValue', 'bytesValue'])
    if (Object.hasOwn(typed, key)) return typed[key];
  if (Object.hasOwn(typed, 'intValue')) {
    const number = Number(typed['intValue']);
    // Beyond what a double holds exactly, the text is the number.
    return Number.isSafeInteger(number) ? number : textOf(typed['intValue']);
  }
  if (Object.hasOwn(typed, 'arrayValue'))
    return listOf(own(objectOf(typed['arrayValue']), 'values')).map((v) => anyValue(v, depth + 1));
  if (Object.hasOwn(typed, 'kvlistValue'))
    return keyValues(own(objectOf(typed['kvlistValue']), 'values'), depth + 1);
  return undefined;
}

/** A list of `{key, value}` as one object without prototype; a key that comes twice keeps its first. */
export function keyValues(list: unknown, depth = 0): Json {
  const object: Record<string, unknown> = Object.create(null);
  for (const pair of listOf(list)) {
    const { key, value } = objectOf(pair);
    if (typeof key === 'string' && !Object.hasOwn(object, key))
      object[key] = anyValue(value, depth);
  }
  return object;
}
