export type PackageFinding = { code: string; where: string };
export type PackageVerdict = {
  verdict: 'genuine' | 'intact' | 'unsigned' | 'invalid';
  bag: 'valid' | 'valid with a warning' | 'invalid';
  /** SHA-256 of the signer's public key, or null when nobody signed. */
  signer: string | null;
  events: number;
  timestamp: 'none' | 'covers' | 'wrong';
  findings: PackageFinding[];
  warnings: PackageFinding[];
};
/** Checks a package; `checkpoint` is a note published earlier that must be among those inside. */
export function verifyPackage(
  folder: string,
  options?: { fingerprint?: string | null; checkpoint?: string | null },
): PackageVerdict;
export function describeVerdict(verdict: PackageVerdict): string;
