import { z } from 'zod';
import { LogEntry } from '../log/entry.ts';
import { CaseFile, CustodyRecord, EvidenceRow } from './case-file.ts';

const text = z.string();
const whole = z.int().min(0);
const c = CaseFile.shape;

export const CanonicalEventLine = z.strictObject({
  seq: z.int().min(1),
  prev: text.nullable(),
  event: EvidenceRow.shape.event,
  isEpisode: z.boolean(),
  lineSha256: text,
  raw: z.strictObject({
    file: text.nullable(),
    line: whole.nullable(),
    sha256: text.nullable(),
    source: text.nullable(),
    sourceLine: whole.nullable(),
    offset: whole.nullable(),
  }),
  proof: EvidenceRow.shape.proof,
});
export const AlertsFile = z.strictObject({ alerts: c.alerts });
export const BaselineFile = z.strictObject({
  baseline: c.baseline,
  explanation: c.explanation,
  exculpatory: c.exculpatory,
  limitations: c.limitations,
  gaps: c.gaps,
  clocks: c.clocks,
});
export const IdentityFile = z.strictObject({
  officials: c.officials,
  identities: c.identities,
  identityResolution: c.identityResolution,
  authorisations: c.authorisations,
  roster: c.roster,
});
export const ApprovalFile = z.strictObject({
  caseId: c.caseId,
  preparedAt: c.preparedAt,
  organisation: c.organisation,
  tool: c.tool,
  ground: c.ground,
  referral: c.referral,
  isSilent: c.isSilent,
  approval: c.approval,
});
export const CustodyLine = z.strictObject({
  seq: z.int().min(1),
  prev: text.nullable(),
  ...CustodyRecord.shape,
});
export const ProofsFile = z.strictObject({
  size: whole,
  checkpoints: z.array(text),
  entries: z.array(z.strictObject({ index: whole, entry: LogEntry })),
  hashes: z.array(text),
  batches: z.array(z.strictObject({ uid: text, hashes: z.array(text) })),
});

const describe = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }) }, null, 2)}\n`;

/** JSON Schema of each JSON file of a package, by the name of the schema file. */
export const schemas = (): [name: string, text: string][] =>
  (
    [
      ['alerts', AlertsFile, 'data/alerts/alerts.json'],
      ['approval', ApprovalFile, 'data/custody/approval.json'],
      ['baseline', BaselineFile, 'data/context/baseline.json'],
      ['canonical-event', CanonicalEventLine, 'a line of data/events/canonical.ndjson'],
      ['custody', CustodyLine, 'a line of data/custody/custody.ndjson'],
      ['identity', IdentityFile, 'data/context/identity.json'],
      ['proofs', ProofsFile, 'data/log/proofs.json'],
    ] as const
  ).map(([name, schema, title]) => [`${name}.schema.json`, describe(schema, title)]);
