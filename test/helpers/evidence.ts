import { hash } from 'node:crypto';
import type { AuditEvent } from '../../domain/event.ts';
import { toIso } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import type { Json } from '../../evidence/canonical-json.ts';
import {
  type BatchManifest,
  type KeptRecord,
  type LogStore,
  openLog,
  type StoredCheckpoint,
} from '../../evidence/log/append.ts';
import type { LogEntry } from '../../evidence/log/entry.ts';
import type { CaseFile, EvidenceEvent, EvidenceRow } from '../../evidence/package/case-file.ts';
import { proveBatch, proveEntries } from '../../evidence/package/prove.ts';
import { type Signer, signerFromSeed } from '../../evidence/signing.ts';
import { eventRow } from '../../storage/events.ts';

export const AUTHORITY = 'inzagewacht/test';
export const aSigner = (digit = 7): Signer => signerFromSeed(Buffer.alloc(32, digit));
export const aToken = (namespace: 'a' | 's' | 'o', name: string): Token =>
  `${namespace}.1.${hash('sha256', name, 'base64url').slice(0, 22)}` as Token;

/** The log's tables in memory, with everything open to an attacker. */
export function aLogStore() {
  const entries: LogEntry[] = [];
  const batches = new Map<string, BatchManifest & { erased: Map<number, Buffer> }>();
  const records: KeptRecord[] = [];
  const checkpoints: StoredCheckpoint[] = [];
  const rows = new Map<string, { event: AuditEvent; row: string }>();
  const key = (e: { system: string; eventId: string }): string => `${e.system}\0${e.eventId}`;
  const store: LogStore = {
    entries: async (from, limit) => entries.slice(from, from + limit),
    async append(index, more) {
      if (index !== entries.length) return false;
      entries.push(...more);
      return true;
    },
    async keepBatches(more) {
      for (const batch of more) batches.set(batch.uid, { ...batch, erased: new Map() });
    },
    async keepRecord(record) {
      records.push(record);
    },
    heads: async (size) => [
      ...new Map(entries.slice(0, size).map((entry) => [entry.chain_uid, entry])).values(),
    ],
    lastCheckpoint: async () => checkpoints.at(-1) ?? null,
    async keepCheckpoint(checkpoint) {
      checkpoints.push(checkpoint);
    },
  };
  return {
    /** The rows themselves: what an attacker with the store in hand can reach. */
    tables: { entries, batches, records, checkpoints, rows },
    key,
    ...store,
    checkpoints: async () => [...checkpoints],
    numbered: async (from: number, limit: number) =>
      entries.slice(from, from + limit).map((entry, i) => ({ index: from + i, entry })),
    batch: async (uid: string) => batches.get(uid) ?? null,
    records: async (chain: string) =>
      new Map(records.filter((r) => r.chain === chain).map((r) => [r.uid, r])),
    reader: {
      ofBatch: async (uid: string) =>
        (batches.get(uid)?.eventIds ?? []).flatMap((eventId, i) => {
          const row = rows.get(key({ system: batches.get(uid)?.systems[i] ?? '', eventId }));
          return row === undefined ? [] : [row];
        }),
      unlogged: async () => {
        const known = new Set(
          [...batches.values()].flatMap((b) =>
            b.eventIds.map((eventId, i) => key({ system: b.systems[i] ?? '', eventId })),
          ),
        );
        return [...rows.keys()].filter((k) => !known.has(k)).length;
      },
    },
  };
}

export type ALookup = { event: AuditEvent; line: Buffer; lineNumber: number; lineSha256: string };
const START = Date.UTC(2026, 2, 2, 8);
export const OFFICIAL = aToken('a', 'official');
export const PERSON = aToken('s', 'person');
export const NEIGHBOUR = aToken('s', 'neighbour');

/** Lookups of one official, a minute apart: the first two about PERSON, every third about a neighbour. */
export const lookups = (count: number): ALookup[] =>
  Array.from({ length: count }, (_, i) => {
    const line = Buffer.from(`{"eventId":"e${i}","who":"u1","seen":"${i}"}`);
    const subject = i % 3 === 2 ? NEIGHBOUR : PERSON;
    const event: AuditEvent = {
      eventId: `e${i}`,
      requestId: null,
      occurredAt: START + i * 60_000,
      system: 'brp',
      instance: "balie 'noord'\t2",
      sequence: null,
      actor: { token: OFFICIAL, kind: 'person', unit: 'Burgerzaken' },
      action: 'view',
      outcome: 'success',
      subject,
      subjectMunicipality: '',
      object: null,
      queryKey: 'bsn',
      resultCount: 1,
      fields: ['naam', 'adres'],
      caseRef: null,
      emergency: false,
      host: null,
      session: null,
      isDateOnly: false,
    };
    const lineSha256 = hash('sha256', line, 'hex').slice(0, 32);
    return { event, line, lineNumber: i + 1, lineSha256 };
  });

const inWire = ({ occurredAt, ...event }: AuditEvent): EvidenceEvent => ({
  ...event,
  occurredAt: toIso(occurredAt),
});

/** A log that took lookups in batches and records of people, signed. */
export async function aFilledLog(count: number, options: { batch?: number; signer?: Signer } = {}) {
  const store = aLogStore();
  const signer = options.signer ?? aSigner();
  let clock = START + 40 * 86_400_000;
  const log = await openLog(store, signer, { authority: AUTHORITY, now: () => (clock += 1_000) });
  const all = lookups(count);
  const size = options.batch ?? 50;
  for (let i = 0; i < all.length; i += size) {
    const batch = all.slice(i, i + size).map(({ event, lineSha256 }) => ({
      ...event,
      row: eventRow(event, lineSha256),
    }));
    await log.appendRows(batch);
    for (const { row, ...event } of batch) store.tables.rows.set(store.key(event), { event, row });
  }
  await log.checkpoint();
  const record = async (value: Json) => (await log.appendRecord('review', value)).uid;
  return { store, log, signer, lookups: all, record };
}

/** A whole case over a filled log: an official, two persons, of whom one is covered. */
export async function aCaseFile(count = 120, options: { batch?: number; signer?: Signer } = {}) {
  const filled = await aFilledLog(count, options);
  const { store, log, record } = filled;
  const rowsSha256 = hash(
    'sha256',
    filled.lookups.map(({ event, lineSha256 }) => `${eventRow(event, lineSha256)}\n`).join(''),
    'hex',
  );
  for (const value of [
    { kind: 'case-opened', by: 'A. Onderzoeker' },
    { kind: 'hold', by: 'A. Onderzoeker', rowsSha256 },
    { kind: 'reveal-approved', by: 'F. Gegevensbescherming' },
  ])
    await record(value);
  await log.checkpoint();
  const proofs = new Map<string, NonNullable<EvidenceRow['proof']>>();
  const batches: CaseFile['log']['batches'] = [];
  for (const batch of store.tables.batches.values()) {
    const proven = proveBatch(batch, await store.reader.ofBatch(batch.uid), () => true);
    if (proven === null) throw new Error('a row of the fixture is gone');
    for (const [key, proof] of proven.proofs) proofs.set(key, proof);
    batches.push(proven.batch);
  }
  const entries = new Set(store.tables.entries.map(({ uid }) => uid));
  const evidence = { ...(await proveEntries(store, entries)), batches };
  const times = new Map(store.tables.entries.map((entry) => [entry.uid, entry.time]));
  const caseFile: CaseFile = {
    version: 1,
    caseId: 'ZAAK-2026-001',
    preparedAt: '2026-04-20T12:00:00.000Z',
    tool: { name: 'Inzagewacht', version: '0.1.0' },
    organisation: { name: 'Gemeente Voorbeeld', contact: 'integriteit@voorbeeld.example.org' },
    ground: {
      code: 'reasonable-suspicion',
      article: 'art. 4 lid 2',
      text: 'Vermoeden van inzage zonder taak.',
    },
    referral: { kinds: ['viewed', 'paid'], note: 'Overlegd met de Rijksrecherche.' },
    isSilent: true,
    approval: {
      requestedBy: 'A. Onderzoeker',
      requestedAt: '2026-04-19T09:00:00.000Z',
      approvedBy: 'F. Gegevensbescherming',
      approvedAt: '2026-04-20T11:00:00.000Z',
      reason: 'Aangifte bij de Rijksrecherche',
      covers: [OFFICIAL, PERSON],
    },
    officials: [OFFICIAL],
    identities: { [OFFICIAL]: 'u1', [PERSON]: '999990019' },
    identityResolution: ['Persoonlijk account; aanmelding met tweede factor volgens de bron.'],
    authorisations: [
      { what: 'BRP inzien', source: 'rollen', from: '2025-01-01T00:00:00.000Z', to: null },
    ],
    roster: [{ what: 'dienst', from: '2026-03-02T07:00:00.000Z', to: '2026-03-02T16:00:00.000Z' }],
    alerts: [
      {
        alertId: 'al-1',
        typology: 'relative',
        eventIds: ['e0', 'e1'],
        reasons: [{ text: { nl: 'Bekeek een familielid zonder zaak.', en: 'Viewed a relative.' } }],
      },
    ],
    explanation: [
      { source: 'caseload', lookedFor: 'zaak van deze persoon', isAvailable: true, found: 0 },
    ],
    baseline: {
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-03-01T00:00:00.000Z',
      peerGroup: { name: 'Burgerzaken', officials: 12 },
      numbers: [
        { name: 'Raadplegingen per dag', observed: 120, usual: 31.5, unit: 'raadplegingen' },
      ],
    },
    exculpatory: ['De medewerker viel die dag in voor een collega.'],
    limitations: ['De bron vermeldt geen doel.'],
    gaps: [],
    clocks: [{ system: 'brp', offsetMs: null, source: 'niet gemeten' }],
    custody: store.tables.records.map(({ uid, salt, record: text }) => ({
      uid,
      salt: salt.toString('hex'),
      time: times.get(uid) ?? '',
      record: JSON.parse(text) as { kind: string },
      step: null,
    })),
    log: evidence,
  };
  const rows: EvidenceRow[] = filled.lookups.map(({ event, line, lineNumber, lineSha256 }, i) => ({
    event: inWire(event),
    lineSha256,
    isEpisode: i < 2,
    line: { source: 'logs/brp-2026-03.ndjson', lineNumber, offset: 0, bytes: line },
    proof: proofs.get(store.key(event)) ?? null,
  }));
  return { ...filled, caseFile, rows };
}
