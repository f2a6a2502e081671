// What the compiler leaves behind: SQL and the one-file verifier beside the code that reads them.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
for (const path of ['storage/migrations', 'evidence/verify/verify.mjs'])
  if (existsSync(join(root, path)))
    cpSync(join(root, path), join(root, 'dist', path), { recursive: true });
