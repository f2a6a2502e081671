// Nothing watches staff before those who must agree have agreed.
import { z } from 'zod';

/** The works council's decision and the DPIA behind a detector's use (WOR 27(1)(k),(l); GDPR 35). */
export const Consent = z.strictObject({
  detector: z.string().max(64),
  /** Version agreed to: a wider one needs a new decision. */
  version: z.int().min(1),
  councilReference: z.string().min(1).max(256),
  decidedOn: z.iso.date(),
  dpiaReference: z.string().min(1).max(256),
});
export type Consent = z.infer<typeof Consent>;
/** `trial`: simulated data or a test before the decision; everything runs. */
export const Governance = z.strictObject({
  mode: z.enum(['trial', 'production']).default('trial'),
  consents: z.array(Consent).default([]),
});
export type Governance = z.infer<typeof Governance>;

export type GateRefusal = 'no-consent' | 'version-not-agreed';
/** Why a detector may raise nothing; null when it may. */
export function gateOf(
  detector: { id: string; version: number },
  { mode, consents }: Governance,
): GateRefusal | null {
  if (mode === 'trial') return null;
  const own = consents.filter((c) => c.detector === detector.id);
  if (own.length === 0) return 'no-consent';
  return own.some((c) => c.version >= detector.version) ? null : 'version-not-agreed';
}
