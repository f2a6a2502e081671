import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKafkaSource } from '../../ingest/sources/kafka.ts';
import type { KafkaSasl, KafkaSettings } from '../../ingest/sources/kafka-client.ts';
import { createKafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import { hasKafka, startKafka, type TestKafka } from '../helpers/kafka.ts';
import { collect } from '../helpers/source-contract.ts';

const PASSWORD = 'a-password-of-the-tests';

/** A key pair of the broker and the certificate that clients trust, made by the JDK's own tool. */
function makeCertificate(dir: string): { store: string; caFile: string } {
  const store = join(dir, 'broker.p12');
  const caFile = join(dir, 'ca.pem');
  const keytool = (...args: string[]): void => {
    const { status, stderr } = spawnSync('keytool', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`keytool: ${stderr}`);
  };
  const where = ['-keystore', store, '-storepass', PASSWORD, '-alias', 'broker'];
  keytool(
    ...['-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-dname', 'CN=127.0.0.1'],
    ...['-ext', 'SAN=IP:127.0.0.1', '-storetype', 'PKCS12', ...where],
  );
  keytool('-exportcert', '-rfc', '-file', caFile, ...where);
  return { store, caFile };
}

/** An unsigned token (RFC 7519, `alg` none), as the broker's own test login accepts. */
function aToken(subject: string): string {
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${encode({ alg: 'none' })}.${encode({ sub: subject, iat: now, exp: now + 600 })}.`;
}

describe.skipIf(!hasKafka())('a guarded broker (skipped: no Java 17 or no broker jars)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-tls-'));
  const passwordFile = join(dir, 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  let kafka: TestKafka;
  let provider: Server;
  let caFile: string;
  let tokenUrl: string;
  beforeAll(async () => {
    const certificate = makeCertificate(dir);
    caFile = certificate.caFile;
    provider = createServer((_, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ access_token: aToken('streams'), token_type: 'Bearer' }));
    }).listen(0, '127.0.0.1');
    await new Promise((done) => provider.once('listening', done));
    const address = provider.address();
    tokenUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/token`;
    kafka = await startKafka({
      guarded: {
        keystore: certificate.store,
        password: PASSWORD,
        user: 'streams',
      },
    });
  });
  afterAll(async () => {
    provider?.close();
    await kafka?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const settings = (sasl: KafkaSasl): KafkaSettings => ({
    ...{ brokers: kafka.guarded, clientId: 'test', tls: { caFile }, sasl },
  });
  const byPassword = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512') => (): KafkaSasl => ({
    ...{ mechanism, user: 'streams', passwordFile },
  });
  const byToken = (): KafkaSasl => ({
    ...{ mechanism: 'oauthbearer', tokenUrl, clientId: 'streams', clientSecretFile: passwordFile },
  });

  test.each([
    ['plain', byPassword('plain')],
    ['scram-sha-256', byPassword('scram-sha-256')],
    ['scram-sha-512', byPassword('scram-sha-512')],
    ['oauthbearer', byToken],
  ] as const)('is written and read over TLS with %s', async (name, sasl) => {
    const topic = await kafka.topic(`guarded-${name}`);
    const writer = await createKafkaWriter(settings(sasl()));
    await writer.write([{ topic, key: null, value: `hello ${name}` }]);
    const source = createKafkaSource(settings(sasl()), { group: `g-${topic}`, topics: [topic] });
    const reading = await collect(source);
    await reading.until(1);
    expect(reading.values()).toEqual([`hello ${name}`]);
    await source.close();
    await writer.close();
  });

  test('refuses a wrong password', async () => {
    const wrong = join(dir, 'wrong');
    writeFileSync(wrong, 'not-the-password');
    const sasl: KafkaSasl = { mechanism: 'plain', user: 'streams', passwordFile: wrong };
    await expect(createKafkaWriter(settings(sasl))).rejects.toThrow(/uthentication/);
  });

  test('is not trusted without its certificate', async () => {
    const { tls: _, ...plain } = settings(byPassword('plain')());
    await expect(createKafkaWriter({ ...plain, tls: {} })).rejects.toThrow(/certificate|onnection/);
  });
});
