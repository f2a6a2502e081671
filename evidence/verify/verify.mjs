#!/usr/bin/env node
// Checks an evidence package with Node.js 18 or newer and nothing else: no network, no database, no
// other file. Usage: node verify.mjs [FOLDER] [--fingerprint HEX] [--checkpoint FILE]
import { createHash, createHmac, createPublicKey, verify as verifySignature } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const sha256 = (data) => createHash('sha256').update(data).digest();
const hex = (data) => sha256(data).toString('hex');
const ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'];
const CHUNK_BYTES = 1 << 20;

/** Every file below a folder, as paths with slashes; what is no plain file is named, never followed. */
function listFiles(root) {
  const files = [];
  const odd = [];
  const walk = (prefix) => {
    for (const name of readdirSync(join(root, prefix)).sort()) {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const stat = lstatSync(join(root, path));
      if (stat.isDirectory()) walk(path);
      else if (stat.isFile()) files.push(path);
      else odd.push(path);
    }
  };
  walk('');
  return { files, odd };
}

/** Hashes of a file by several algorithms in one reading, a megabyte at a time. */
function digests(file, algorithms) {
  const hashes = algorithms.map((name) => createHash(name));
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const fd = openSync(file, 'r');
  let size = 0;
  try {
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) {
      for (const one of hashes) one.update(buffer.subarray(0, read));
      size += read;
    }
  } finally {
    closeSync(fd);
  }
  return { size, values: hashes.map((one) => one.digest('hex')) };
}

/** A path of a manifest as it lies in the bag, or null when it leaves the bag on any system. */
function pathInBag(text, version) {
  let path = text.replace(/^\.\//, '');
  if (version >= 1) path = path.replace(/%(0[aA]|0[dD]|25)/g, (code) => decodeURIComponent(code));
  const leaves =
    /^[/\\~%]|^[A-Za-z]:|\0/.test(path) || path.split(/[/\\]/).some((part) => part === '..');
  return leaves || path === '' ? null : path;
}

function readManifest(root, name, encoding, version, find) {
  const entries = new Map();
  const text = new TextDecoder(encoding).decode(readFileSync(join(root, name)));
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() === '') continue;
    const [, digest, listed] = /^([0-9a-fA-F]+)[ \t]+\*?(.+)$/.exec(line) ?? [];
    if (digest === undefined) {
      find('manifest-unreadable', name);
      continue;
    }
    const path = pathInBag(listed, version);
    if (path === null) find('path-outside', `${name}: ${listed}`);
    else if (entries.has(path)) find('listed-twice', `${name}: ${path}`);
    else entries.set(path, digest.toLowerCase());
  }
  return entries;
}

/** BagIt (RFC 8493 and its forerunners). Findings make it invalid, warnings do not. */
function verifyBag(root, find, warn) {
  const { files, odd } = listFiles(root);
  for (const path of odd) find('not-a-plain-file', path);
  const present = new Set(files);
  const declaration = present.has('bagit.txt')
    ? readFileSync(join(root, 'bagit.txt'), 'latin1')
    : '';
  const [, number, encoding] =
    /^BagIt-Version: (\d+\.\d+)\r?\nTag-File-Character-Encoding: ([^\s]+)\s*$/.exec(declaration) ??
    [];
  if (number === undefined) return find('bagit-txt', 'bagit.txt');
  const version = Number(number);
  const manifests = (prefix) =>
    ALGORITHMS.map((algorithm) => ({ algorithm, name: `${prefix}-${algorithm}.txt` }))
      .filter(({ name }) => present.has(name))
      .map((one) => ({ ...one, entries: readManifest(root, one.name, encoding, version, find) }));
  const payload = manifests('manifest');
  const tags = manifests('tagmanifest');
  if (payload.length === 0) find('no-manifest', 'manifest-*.txt');
  for (const { name, entries } of payload)
    for (const path of entries.keys())
      if (!path.startsWith('data/')) find('path-outside', `${name}: ${path}`);
  if (present.has('fetch.txt')) {
    const text = new TextDecoder(encoding).decode(readFileSync(join(root, 'fetch.txt')));
    for (const line of text.split(/\r\n|\r|\n/).filter((l) => l.trim() !== '')) {
      const path = pathInBag(/^\S+\s+\S+\s+(.+)$/.exec(line)?.[1] ?? '', version);
      if (path === null || !path.startsWith('data/')) find('path-outside', `fetch.txt: ${line}`);
    }
  }
  // One spelling of a name (case, Unicode form) may stand for another on some systems.
  const folded = new Map(files.map((path) => [path.normalize('NFC').toLowerCase(), path]));
  const wanted = new Map();
  for (const { algorithm, name, entries } of [...payload, ...tags])
    for (const [listed, digest] of entries) {
      const path = present.has(listed) ? listed : folded.get(listed.normalize('NFC').toLowerCase());
      if (path === undefined) {
        find('file-missing', listed);
        continue;
      }
      if (path !== listed) warn('other-spelling', `${name}: ${listed}`);
      wanted.set(path, [...(wanted.get(path) ?? []), { algorithm, name, digest }]);
    }
  let octets = 0;
  let streams = 0;
  for (const path of files) {
    const isPayload = path.startsWith('data/');
    const lists = isPayload ? payload : [];
    const holds = (list) => wanted.get(path)?.some(({ name }) => name === list.name) ?? false;
    const isListed = version >= 1 ? lists.every(holds) : lists.some(holds);
    if (isPayload && !isListed) find('file-unlisted', path);
    if (/(^|\/)(\.DS_Store|Thumbs\.db)$/.test(path)) warn('system-file', path);
    const checks = wanted.get(path) ?? [];
    if (!isPayload && checks.length === 0) continue;
    const names = [...new Set(checks.map(({ algorithm }) => algorithm))];
    const { size, values } = digests(join(root, path), names);
    for (const { algorithm, name, digest } of checks)
      if (values[names.indexOf(algorithm)] !== digest) find('digest-wrong', `${name}: ${path}`);
    if (isPayload) {
      octets += size;
      streams++;
    }
  }
  const info = present.has('bag-info.txt') ? readFileSync(join(root, 'bag-info.txt'), 'utf8') : '';
  const oxum = /^Payload-Oxum:\s*(\S+)/m.exec(info)?.[1];
  if (oxum !== undefined && oxum !== `${octets}.${streams}`) find('payload-oxum', 'bag-info.txt');
}

/** RFC 8785: members sorted, no white space. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
const leafHash = (data) => sha256(Buffer.concat([Buffer.of(0), data]));
const nodeHash = (left, right) => sha256(Buffer.concat([Buffer.of(1), left, right]));

/** Root from the leaves at `positions` (sorted) and the hashes of all subtrees without one of them. */
function rootFrom(size, positions, leaves, hashes) {
  let next = 0;
  const take = () => {
    const value = Buffer.from(hashes[next++] ?? '', 'base64');
    if (value.length !== 32) throw new Error('the proof is too short');
    return value;
  };
  const walk = (from, to, first, last) => {
    if (first === last) return take();
    if (to - from === 1) return leaves[first];
    const middle = from + 2 ** Math.ceil(Math.log2(to - from) - 1);
    let at = first;
    while (at < last && positions[at] < middle) at++;
    return nodeHash(walk(from, middle, first, at), walk(middle, to, at, last));
  };
  const root = walk(0, size, 0, positions.length);
  if (next !== hashes.length) throw new Error('the proof is too long');
  return root;
}

const ESCAPES = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };
const escaped = (text) => text.replace(/[\\\t\n\r\0]/g, (c) => ESCAPES[c]);
const flag = (value) => (value ? '1' : '0');
const number = (value) => (value === null ? '\\N' : String(value));
/** The text that the commitment to an event was made over: its 24 fields, tab-separated. */
function rowOf(e, lineSha256) {
  const fields = e.fields.map((f) => `'${escaped(f).replaceAll("'", "\\'")}'`).join(',');
  return [
    ...[escaped(e.eventId), e.requestId ?? '', (Date.parse(e.occurredAt) / 1000).toFixed(3)],
    ...[e.system, escaped(e.instance), number(e.sequence)],
    ...[e.actor?.token ?? '', e.actor?.kind ?? '', escaped(e.actor?.unit ?? '')],
    ...[e.action, e.outcome, e.subject ?? '', escaped(e.subjectMunicipality)],
    ...[e.object?.kind ?? '', e.object?.token ?? '', e.queryKey ?? '', number(e.resultCount)],
    ...[`[${fields}]`, e.caseRef ?? '', flag(e.emergency), e.host ?? '', e.session ?? ''],
    ...[flag(e.isDateOnly), lineSha256],
  ].join('\t');
}

/** The lines of a file, as bytes. */
function* linesOf(file) {
  const bytes = readFileSync(file);
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end === -1 ? bytes.length : end;
    yield bytes.subarray(from, to);
    from = to + 1;
  }
}

/** Events in their chain, each against its original line; returns what is needed for the log. */
function verifyEvents(root, find) {
  const raw = new Map();
  const rawLine = ({ file, line }) => {
    if (!raw.has(file)) {
      if (pathInBag(file, 1) === null) throw new Error(`a path leaves the package: ${file}`);
      raw.set(file, [...linesOf(join(root, file))]);
    }
    return raw.get(file)[line - 1];
  };
  const batches = new Map();
  let count = 0;
  let previous = null;
  let lastAt = '';
  const rows = createHash('sha256');
  for (const bytes of linesOf(join(root, 'data/events/canonical.ndjson'))) {
    const line = JSON.parse(bytes.toString('utf8'));
    const where = `event ${line.seq}`;
    if (line.seq !== count + 1 || line.prev !== previous) find('event-chain', where);
    if (canonical(line) !== bytes.toString('utf8')) find('not-canonical', where);
    if (line.event.occurredAt < lastAt) find('event-order', where);
    if (line.raw.file !== null) {
      const original = rawLine(line.raw);
      const digest = original === undefined ? '' : hex(original);
      if (digest !== line.raw.sha256 || !digest.startsWith(line.lineSha256))
        find('raw-line', where);
    }
    const row = rowOf(line.event, line.lineSha256);
    rows.update(row).update('\n');
    if (line.proof !== null) {
      const { batch, position, salt } = line.proof;
      const leaf = leafHash(createHmac('sha256', Buffer.from(salt, 'hex')).update(row).digest());
      if (!batches.has(batch)) batches.set(batch, []);
      batches.get(batch).push({ position, leaf });
    }
    previous = hex(bytes);
    lastAt = line.event.occurredAt;
    count++;
  }
  return { batches, count, rowsSha256: rows.digest('hex') };
}

/** Records of people: each bound to its entry of the log, never going back in time. */
function verifyCustody(root, find, rowsSha256) {
  const commitments = new Map();
  let last = null;
  let hold = null;
  for (const bytes of linesOf(join(root, 'data/custody/custody.ndjson'))) {
    const { uid, salt, record, step, time, seq, prev } = JSON.parse(bytes.toString('utf8'));
    const where = `custody ${seq}`;
    if (seq !== (last?.seq ?? 0) + 1 || prev !== (last?.hash ?? null)) find('custody-chain', where);
    if (last !== null && time < last.time) find('custody-back-dated', where);
    last = { seq, hash: hex(bytes), time };
    if (record.kind === 'hold') hold = record;
    if (step !== null && hex(canonical(step)) !== record.fingerprint) find('step-changed', where);
    if (uid === null) continue;
    const key = Buffer.from(salt, 'hex');
    const value = createHmac('sha256', key).update(canonical(record)).digest('hex');
    commitments.set(uid, { value, time, where });
  }
  if (hold !== null && hold.rowsSha256 !== rowsSha256) find('hold-snapshot', 'custody');
  return commitments;
}

const keyIdOf = (name, key) =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(1), rawKey(key)])).subarray(0, 4);
const rawKey = (key) => key.export({ type: 'spki', format: 'der' }).subarray(-32);
/** A checkpoint in the C2SP signed-note format, or null when its signature does not hold. */
function openCheckpoint(note, key) {
  const end = note.indexOf('\n\n');
  const [origin, size, root] = note.slice(0, end).split('\n');
  const isSigned = note
    .slice(end + 2)
    .split('\n')
    .some((line) => {
      const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      const bytes = Buffer.from(encoded ?? '', 'base64');
      return (
        name === origin &&
        bytes.subarray(0, 4).equals(keyIdOf(origin, key)) &&
        verifySignature(null, Buffer.from(note.slice(0, end + 1)), key, bytes.subarray(4))
      );
    });
  return isSigned ? { origin, size: Number(size), root: Buffer.from(root, 'base64') } : null;
}

/** From events and records through batches and entries up to the signed checkpoint. */
function verifyProofs(root, key, { batches }, records, published, find) {
  const note = readFileSync(join(root, 'data/log/checkpoint.txt'), 'utf8');
  const proofs = JSON.parse(readFileSync(join(root, 'data/log/proofs.json'), 'utf8'));
  const checkpoint = openCheckpoint(note, key);
  if (checkpoint === null) return find('checkpoint-signature', 'data/log/checkpoint.txt');
  const history = proofs.checkpoints.filter((one) => openCheckpoint(one, key) !== null);
  if (published !== null && ![note, ...history].includes(published))
    find('checkpoint-published', 'the checkpoint that was published is not among those here');
  const leaves = proofs.entries.map(({ entry }) => {
    const { fingerprint, ...rest } = entry;
    const bytes = Buffer.from(canonical(rest));
    if (hex(bytes) !== fingerprint.value) find('entry-changed', entry.uid);
    if (entry.authority_uid !== checkpoint.origin) find('entry-of-another-log', entry.uid);
    return leafHash(bytes);
  });
  const positions = proofs.entries.map(({ index }) => index);
  const isBound =
    proofs.size === checkpoint.size &&
    rootFrom(proofs.size, positions, leaves, proofs.hashes).equals(checkpoint.root);
  if (!isBound) find('log-proof', 'data/log/proofs.json');
  const entries = new Map(proofs.entries.map(({ entry }) => [entry.uid, entry]));
  for (const [uid, { value, time, where }] of records) {
    const entry = entries.get(uid);
    if (entry?.commitment !== value || entry.time !== time) find('record-proof', where);
  }
  const known = new Map(proofs.batches.map((batch) => [batch.uid, batch]));
  for (const [uid, events] of batches) {
    const entry = entries.get(uid);
    events.sort((a, b) => a.position - b.position);
    const at = events.map(({ position }) => position);
    const hashes = known.get(uid)?.hashes ?? [];
    const top =
      entry &&
      rootFrom(
        entry.count,
        at,
        events.map(({ leaf }) => leaf),
        hashes,
      ).toString('hex');
    if (top === undefined || top !== entry.commitment) find('event-proof', `batch ${uid}`);
  }
  return undefined;
}

/** A time stamp says when the tag manifest existed; whose clock that was, `openssl ts` must say. */
function timestampOf(root, tagManifest) {
  try {
    const token = readFileSync(join(root, 'signatures/tagmanifest-sha256.txt.tsr'));
    return token.includes(sha256(tagManifest)) ? 'covers' : 'wrong';
  } catch {
    return 'none';
  }
}

/**
 * The verdict on a package. `genuine`: whole, signed, and by the key named in `fingerprint`;
 * `intact`: whole and signed, by a key that nobody vouched for; `unsigned`; `invalid`.
 */
export function verifyPackage(folder, { fingerprint = null, checkpoint = null } = {}) {
  const root = resolve(folder);
  const findings = [];
  const warnings = [];
  const find = (code, where) => void findings.push({ code, where });
  const result = { signer: null, events: 0, timestamp: 'none', findings, warnings };
  const guarded = (code, work) => {
    try {
      return work();
    } catch (error) {
      find(code, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  guarded('unreadable', () =>
    verifyBag(root, find, (code, where) => warnings.push({ code, where })),
  );
  const bag =
    findings.length > 0 ? 'invalid' : warnings.length > 0 ? 'valid with a warning' : 'valid';
  // A symbolic link may lead anywhere: nothing further is read from such a folder.
  if (findings.some(({ code }) => code === 'not-a-plain-file' || code === 'unreadable'))
    return { ...result, bag, verdict: 'invalid' };
  let pem;
  let signature;
  let tagManifest;
  try {
    tagManifest = readFileSync(join(root, 'tagmanifest-sha256.txt'));
    pem = readFileSync(join(root, 'signatures/signer-ed25519.pub.pem'), 'utf8');
    signature = readFileSync(join(root, 'signatures/tagmanifest-sha256.txt.ed25519'));
  } catch {
    return { ...result, bag, verdict: findings.length > 0 ? 'invalid' : 'unsigned' };
  }
  const key = guarded('signer-key', () => createPublicKey(pem));
  if (key !== undefined) {
    result.signer = hex(key.export({ type: 'spki', format: 'der' }));
    guarded('signature', () => {
      if (!verifySignature(null, tagManifest, key, signature)) find('signature', 'tag manifest');
    });
    if (fingerprint !== null && fingerprint.toLowerCase() !== result.signer)
      find('signed-by-another-key', result.signer);
    const events = guarded('events-unreadable', () => verifyEvents(root, find));
    const records =
      events && guarded('custody-unreadable', () => verifyCustody(root, find, events.rowsSha256));
    if (events && records)
      guarded('log-proof', () => verifyProofs(root, key, events, records, checkpoint, find));
    result.events = events?.count ?? 0;
  }
  result.timestamp = timestampOf(root, tagManifest);
  if (result.timestamp === 'wrong') find('timestamp', 'of something else');
  const whole = fingerprint === null ? 'intact' : 'genuine';
  return { ...result, bag, verdict: findings.length > 0 ? 'invalid' : whole };
}

/** The verdict in words; the same for the command of the product and for this file alone. */
export function describeVerdict(r) {
  const lines = [`verdict: ${r.verdict}`, `bag: ${r.bag}`, `events: ${r.events}`];
  lines.push(`signer: ${r.signer ?? 'nobody'}`, `time stamp: ${r.timestamp}`);
  for (const { code, where } of r.warnings) lines.push(`warning: ${code}: ${where}`);
  for (const { code, where } of r.findings.slice(0, 50)) lines.push(`found: ${code}: ${where}`);
  if (r.findings.length > 50) lines.push(`found: ${r.findings.length - 50} more`);
  if (r.verdict === 'intact')
    lines.push('compare the signer with the fingerprint that the sender published elsewhere');
  return `${lines.join('\n')}\n`;
}

function main(args) {
  const value = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : null);
  const checkpoint = value('--checkpoint');
  const given = args.filter((one, i) => !one.startsWith('--') && !args[i - 1]?.startsWith('--'));
  const here = dirname(process.argv[1] ?? '.');
  const result = verifyPackage(given[0] ?? join(here, '..'), {
    fingerprint: value('--fingerprint'),
    checkpoint: checkpoint === null ? null : readFileSync(checkpoint, 'utf8'),
  });
  process.stdout.write(describeVerdict(result));
  process.exitCode = ['genuine', 'intact'].includes(result.verdict) ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
