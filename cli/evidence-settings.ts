import { z } from 'zod';

/** Who makes evidence packages, how long original lines stay, and where checkpoints go. */
export const EvidenceSettings = z.strictObject({
  organisation: z
    .strictObject({
      name: z.string().min(1).max(200),
      contact: z.string().min(1).max(200),
    })
    .default({ name: 'niet ingesteld', contact: 'niet ingesteld' }),
  /** Keeps original lines, sealed, beside events; without them a package shows hashes only. */
  keepRawLines: z.boolean().default(true),
  /** Days before the first lookup of a case that a hold covers, to compare with. */
  baselineDays: z.int().min(0).max(730).default(90),
  /** Folder outside this system that gets a copy of every checkpoint. */
  publishTo: z.string().optional(),
  /** Mailbox outside this system that gets the same, by the mail server of the settings. */
  publishToMail: z.email().optional(),
  /** Service for RFC 3161 time stamps over checkpoints and packages. */
  timestampUrl: z.url().optional(),
  /** Seal certificate and its key (PEM, RSA or P-256) for a CAdES signature over packages. */
  seal: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
});
export type EvidenceSettings = z.infer<typeof EvidenceSettings>;
