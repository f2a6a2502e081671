import { createHash } from 'node:crypto';

/**
 * Canonical JSON (RFC 8785) of plain data: keys by code unit, no white space. ECMAScript already
 * writes numbers and strings as the RFC asks.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}

/** SHA-256 over canonical JSON, in hex: what binds an entry of a chain to the one before it. */
export const fingerprintOf = (canonical: string): string =>
  createHash('sha256').update(canonical).digest('hex');
