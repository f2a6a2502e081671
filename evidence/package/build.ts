import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { Signer } from '../signing.ts';
import { createBag } from './bag.ts';
import { CaseFile, type RowSource } from './case-file.ts';
import { caseJsonLd } from './case-uco.ts';
import { writeEvents } from './events.ts';
import { writeReport } from './report.ts';
import { schemas } from './schemas.ts';
import { readmeEn, readmeNl } from './texts.ts';

/** A seal or time stamp from outside over the tag manifest; the file that it becomes. */
export type Attestation = {
  file: 'tagmanifest-sha256.txt.p7s' | 'tagmanifest-sha256.txt.tsr';
  make(tagManifest: Buffer): Promise<Buffer>;
};
export type Built = {
  dir: string;
  tagManifestSha256: string;
  signer: string;
  events: number;
  withheldLines: number;
  missingLines: number;
};

const VERIFIER = join(import.meta.dirname, '../verify/verify.mjs');

/**
 * Builds the package of a case in `dir`, which must be empty or absent; it appears only when whole.
 * The same case file and key give the same bytes, attestations from outside excepted. Throws
 * ERR_EVIDENCE_REFUSED when the case file contradicts itself, ERR_EVIDENCE_OUT when `dir` is in use.
 */
export async function buildPackage(
  input: CaseFile,
  rows: RowSource,
  dir: string,
  signer: Signer,
  options: { attestations?: readonly Attestation[]; progress?: (step: string) => void } = {},
): Promise<Built> {
  const file = checkCaseFile(input);
  const say = options.progress ?? (() => undefined);
  prepareOut(dir);
  const partial = `${dir.replace(/[/\\]+$/, '')}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    const bag = createBag(partial);
    const json = (path: string, value: unknown): void =>
      // Checked by its schema on the way in: plain JSON.
      bag.add(path, `${canonicalJson(value as Json)}\n`);
    say('events');
    const written = await writeEvents(bag, file, rows);
    say('context');
    json('data/alerts/alerts.json', { alerts: file.alerts });
    const { baseline, explanation, exculpatory, limitations, gaps, clocks } = file;
    json('data/context/baseline.json', {
      ...{ baseline, explanation, exculpatory, limitations, gaps, clocks },
    });
    const { officials, identities, identityResolution, authorisations, roster } = file;
    json('data/context/identity.json', {
      ...{ officials, identities, identityResolution, authorisations, roster },
    });
    const { caseId, preparedAt, organisation, tool, ground, referral, isSilent, approval } = file;
    json('data/custody/approval.json', {
      ...{ caseId, preparedAt, organisation, tool, ground, referral, isSilent, approval },
    });
    bag.add('data/custody/custody.ndjson', custodyLines(file));
    const { note, ...proofs } = file.log;
    bag.add('data/log/checkpoint.txt', note);
    json('data/log/proofs.json', proofs);
    bag.add('data/ontology/case.jsonld', caseJsonLd(file, written, bag));
    for (const [name, text] of schemas()) bag.add(`data/schema/${name}`, text);
    bag.add('data/README.nl.md', readmeNl(file));
    bag.add('data/README.en.md', readmeEn(file));
    bag.add('data/verify.mjs', readFileSync(VERIFIER));
    say('report');
    bag.add('data/report/rapport.pdf', await writeReport(file, written, signer.fingerprint));
    say('signature');
    const tagManifest = bag.close([
      ['Source-Organization', organisation.name],
      ['Contact-Name', organisation.contact],
      ['External-Identifier', caseId],
      ['Bagging-Date', preparedAt.slice(0, 10)],
      ['Bag-Software-Agent', `${tool.name} ${tool.version}`],
    ]);
    await sign(partial, tagManifest, signer, options.attestations ?? []);
    rmSync(dir, { recursive: true, force: true });
    renameSync(partial, dir);
    return {
      dir,
      tagManifestSha256: createHash('sha256').update(tagManifest).digest('hex'),
      signer: signer.fingerprint,
      events: written.count,
      withheldLines: written.withheldLines,
      missingLines: written.missingLines,
    };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

function prepareOut(dir: string): void {
  mkdirSync(dirname(dir), { recursive: true });
  try {
    if (readdirSync(dir).length === 0) return;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new AppError('ERR_EVIDENCE_OUT', `${dir} cannot be used as a folder.`, { dir }, cause);
  }
  throw new AppError('ERR_EVIDENCE_OUT', `${dir} is not empty: name a new folder.`, { dir });
}

/** A case file that says of itself what it may show. */
function checkCaseFile(input: CaseFile): CaseFile {
  const parsed = CaseFile.safeParse(input);
  const refuse = (why: string): AppError =>
    new AppError('ERR_EVIDENCE_REFUSED', `The case file cannot be exported: ${why}.`, {
      caseId: input.caseId,
    });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const { approval, identities } = parsed.data;
  if (approval.requestedBy === approval.approvedBy)
    throw new AppError('ERR_EVIDENCE_NOT_APPROVED', 'An export needs a second person.', {
      caseId: input.caseId,
    });
  const covers = new Set(approval.covers);
  const uncovered = Object.keys(identities).filter((token) => !covers.has(token));
  if (uncovered.length > 0)
    throw refuse(`${uncovered.length} identities are not covered by the approval`);
  return parsed.data;
}

function custodyLines({ custody }: CaseFile): string {
  let prev: string | null = null;
  return custody
    .map((record, index) => {
      const text = canonicalJson({ seq: index + 1, prev, ...record } as Json);
      prev = createHash('sha256').update(text).digest('hex');
      return `${text}\n`;
    })
    .join('');
}

async function sign(
  root: string,
  tagManifest: Buffer,
  signer: Signer,
  attestations: readonly Attestation[],
): Promise<void> {
  const folder = join(root, 'signatures');
  mkdirSync(folder);
  writeFileSync(join(folder, 'signer-ed25519.pub.pem'), signer.publicPem);
  writeFileSync(join(folder, 'tagmanifest-sha256.txt.ed25519'), signer.sign(tagManifest));
  for (const { file, make } of attestations)
    writeFileSync(join(folder, file), await make(tagManifest));
}
