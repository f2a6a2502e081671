import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { someAlerts } from '../helpers/alerts.ts';
import { aPage, hasChromium, type Look, launch, open, visit } from '../helpers/browser.ts';
import { aWatch, someExchanges } from '../helpers/desk-data.ts';
import { aBusyCase, aRunAlert, filled, someBreaches } from '../helpers/page-data.ts';

const FOLDER = join(import.meta.dirname, '../../docs/images');
const MAX_BYTES = 300_000;
const ROLES = {
  officer: 'security-officer',
  investigator: 'integrity-investigator',
  fg: 'fg',
} as const;
/** Stands for the address of a case that is opened first. */
const CASE = 'the case';
const BREACH = 'the breach';
const PORTRAITS: readonly { name: string; path: string; look?: Look; role: keyof typeof ROLES }[] =
  [
    { name: 'alert-list', path: '/alerts', role: 'officer' },
    { name: 'alert-list-dark', path: '/alerts', role: 'officer', look: { colorScheme: 'dark' } },
    { name: 'alert-list-narrow', path: '/alerts', role: 'officer', look: { width: 320 } },
    { name: 'alert', path: '/alerts/al-1', role: 'officer', look: { height: 1900 } },
    { name: 'alert-english', path: '/alerts/al-3', role: 'officer', look: { language: 'en' } },
    { name: 'oversight', path: '/desk', role: 'fg', look: { height: 1300 } },
    { name: 'case', path: CASE, role: 'investigator', look: { height: 1700 } },
    { name: 'sources', path: '/sources', role: 'officer' },
    { name: 'alert-run', path: '/alerts/al-run', role: 'officer', look: { height: 2300 } },
    { name: 'breach', path: BREACH, role: 'officer', look: { height: 1500 } },
    { name: 'coverage', path: '/coverage', role: 'fg', look: { height: 1100 } },
    { name: 'watches', path: '/watches', role: 'fg' },
    { name: 'reports', path: '/reports', role: 'fg' },
    { name: 'exchange', path: '/exchange', role: 'fg', look: { height: 1300 } },
  ];

test('the portraits in docs are there and small', () => {
  for (const { name } of PORTRAITS)
    expect(statSync(join(FOLDER, `${name}.png`)).size).toBeLessThan(MAX_BYTES);
});

// Not a check but a tool: declared only when asked for, so that nothing is skipped otherwise.
if (process.env['INZAGEWACHT_SCREENSHOT'] === '1')
  describe.skipIf(!hasChromium)('the portraits of the page', () => {
    test('are drawn, each under 300 kB', async () => {
      mkdirSync(FOLDER, { recursive: true });
      const browser = await launch();
      const served = await aPage([...someAlerts(30), aRunAlert()], filled());
      const make = async (role: keyof typeof ROLES) =>
        (await served.account(role, [ROLES[role]])).accountId;
      const accounts = {
        officer: await make('officer'),
        investigator: await make('investigator'),
        fg: await make('fg'),
      };
      const casePath = await aBusyCase(served, accounts.investigator);
      await aWatch(served, accounts.investigator, casePath);
      await someExchanges(served, accounts.fg);
      const breachPath = await someBreaches(served, accounts.officer);
      const own: Record<string, string> = { [CASE]: casePath, [BREACH]: breachPath };
      for (const { name, path, role, look = {} } of PORTRAITS) {
        const { page, context } = await visit(browser, served, accounts[role], look);
        await open(page, own[path] ?? path);
        await page.waitForLoadState('load');
        const file = join(FOLDER, `${name}.png`);
        await page.screenshot({ path: file });
        expect(statSync(file).size).toBeLessThan(MAX_BYTES);
        await context.close();
      }
      await browser.close();
      await served.close();
    }, 120_000);
  });
