import { expect, test } from 'vitest';
import { canonicalJson } from '../../../evidence/canonical-json.ts';

test('members are sorted by code units and numbers written as ECMAScript does (RFC 8785 §3.2)', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
    string: '€$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  expect(
    canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 }),
  ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
});

test.each([
  ['an infinite number', Number.POSITIVE_INFINITY],
  ['half a character', '\ud800'],
])('%s is refused', (_, value) => {
  expect(() => canonicalJson({ value })).toThrow(
    expect.objectContaining({ code: 'ERR_EVIDENCE_NOT_CANONICAL' }),
  );
});

test('absent members are left out, as in JSON', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});
