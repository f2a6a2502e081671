import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where `npm test` puts the Python tools that judge packages; a virtual environment of its own. */
const VENV = join(import.meta.dirname, '../../node_modules/.cache/evidence-tools');
const bin = (name: string): string => join(VENV, 'bin', name);

const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
const inCi = process.env['CI'] === 'true';

/** Missing tools skip by name; with CI=true the test runs and fails. */
export const lacks = (...tools: ('bagit' | 'case' | 'openssl' | 'qpdf' | 'pdftotext')[]): boolean =>
  !inCi &&
  tools.some((tool) =>
    tool === 'bagit'
      ? !existsSync(bin('bagit.py'))
      : tool === 'case'
        ? !existsSync(bin('case_validate'))
        : !has(tool),
  );

export type Ran = { code: number; output: string };
/** Runs a tool in a folder; output is both streams. */
export function run(cwd: string, command: string, ...args: string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  return { code: status ?? -1, output: `${stdout}${stderr}` };
}
export const bagitPy = (dir: string): Ran =>
  run(dir, bin('python'), bin('bagit.py'), '--validate', '.');
/** SHACL validation against CASE 1.4.0, which brings UCO 1.4.0. */
export const caseValidate = (dir: string, file: string): Ran =>
  run(dir, bin('case_validate'), '--built-version', 'case-1.4.0', file);

/** A local time stamp authority and a seal certificate, made by openssl. */
export function anAuthority(dir: string) {
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'ignore'] });
  const certify = (name: string, extension: string): void => {
    openssl(
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', `/CN=${name}.example.org`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    openssl(
      ...[
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-days',
        '3650',
      ],
      ...['-out', `${name}.pem`, '-extfile', extension],
    );
  };
  return { openssl, certify };
}
