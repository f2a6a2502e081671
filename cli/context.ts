import pino, { type Logger } from 'pino';
import { loadSettings, type Settings } from './settings.ts';

/** Settings and log of a command. */
export function context(options: { config?: string }): { settings: Settings; log: Logger } {
  const settings = loadSettings(options.config);
  // stderr: stdout carries results only. Sync, so that the last line before a crash is not lost.
  const log = pino(
    { level: settings.logLevel, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  return { settings, log };
}
