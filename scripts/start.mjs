// `npm start`: everything set up, then the whole product in one process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

setUp();
const args = process.argv.slice(2);
const demo = args.includes('--events') || args.includes('--demo') ? [] : ['--demo'];
const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'serve', ...demo, ...args], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
