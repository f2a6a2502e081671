/**
 * The eleven-test of a BSN: nine digits, weights 9 to 2 and -1, sum non-zero and divisible by 11.
 * Source: Logisch Ontwerp BSN; `000000000` fails because its sum is zero.
 */
export function isBsn(digits: string): boolean {
  if (digits.length !== 9) return false;
  let sum = 0;
  for (let i = 0; i < 9; i++) {
    const digit = digits.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    sum += digit * (i === 8 ? -1 : 9 - i);
  }
  return sum !== 0 && sum % 11 === 0;
}

/** Pads eight digits to nine, as sources that store numbers lose the leading zero. */
export const padBsn = (digits: string): string => (digits.length === 8 ? `0${digits}` : digits);
