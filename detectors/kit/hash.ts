// Tokens as numbers, for memories that count in bytes. Not for secrecy: the token already is one.
import type { Token } from '../../domain/token.ts';

/** Two independent 32-bit hashes of a token; a clash among ten million pairs has odds of 3e-6. */
export function hashPair(token: Token): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < token.length; i++) {
    const c = token.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
    b ^= b >>> 15;
  }
  // Final mixing, or tokens that differ in the last character would lie side by side.
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  return [(a ^ (a >>> 13)) >>> 0, (b ^ (b >>> 16)) >>> 0];
}

/** One small hash of any text, below `size`. */
export function binOf(text: string, size: number): number {
  let a = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
  return ((a ^ (a >>> 15)) >>> 0) % size;
}
