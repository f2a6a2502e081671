// The tools of others that judge an evidence package in the tests: bagit.py and the CASE/UCO ontology
// with its SHACL validator in a virtual environment, qpdf and poppler from the system's packages.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

const VENV = join(ROOT, 'node_modules/.cache/evidence-tools');
const PYTHON_TOOLS = ['bagit==1.9.0', 'case-utils==0.18.0', 'setuptools<81'];
const COMMANDS = ['qpdf', 'pdftotext', 'openssl', 'python3'];

const quietly = (command, args) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const isReady = () => existsSync(join(VENV, 'bin/case_validate'));

/** Installs what is missing, and returns what could not be had. */
export function installEvidenceTools() {
  if (!COMMANDS.every(has) && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('Installing qpdf, poppler and openssl for the evidence tests …\n');
    quietly('sh', [
      '-c',
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qpdf poppler-utils openssl python3-venv',
    ]);
  }
  if (!isReady() && has('python3')) {
    process.stderr.write('Installing bagit and CASE/UCO for the evidence tests …\n');
    const made =
      quietly('python3', ['-m', 'venv', VENV]) &&
      quietly(join(VENV, 'bin/pip'), [
        'install',
        '-q',
        '--disable-pip-version-check',
        ...PYTHON_TOOLS,
      ]);
    // Half an environment would make a test fail where it should be skipped by name.
    if (!made) rmSync(VENV, { recursive: true, force: true });
  }
  return [
    ...COMMANDS.filter((command) => !has(command)),
    ...(isReady() ? [] : ['bagit, CASE/UCO']),
  ];
}
