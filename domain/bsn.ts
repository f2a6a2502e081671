/**
 * The eleven-test of a BSN: nine digits, weights 9 to 2 and -1, sum divisible by 11, digits not all zero.
 * Source: Logisch Ontwerp BSN; a sum of zero from other digits (000000012) is a valid number.
 */
export function isBsn(digits: string): boolean {
  if (digits.length !== 9) return false;
  let sum = 0;
  for (let i = 0; i < 9; i++) {
    const digit = digits.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    sum += digit * (i === 8 ? -1 : 9 - i);
  }
  return sum % 11 === 0 && digits !== '000000000';
}

/** Pads eight digits to nine, as sources that store numbers lose the leading zero. */
export const padBsn = (digits: string): string => (digits.length === 8 ? `0${digits}` : digits);
