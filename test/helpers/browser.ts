import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { ServerDeps } from '../../api/deps.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Role } from '../../domain/review.ts';
import { addAccount, aService, aStage } from './review.ts';

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
const WEB = join(import.meta.dirname, '../../dist/web');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGS });

/** The real service with its page on a port of this machine; time runs as it does in the browser. */
export async function aPage(alerts: readonly Alert[], more: Partial<ServerDeps> = {}) {
  if (!existsSync(join(WEB, 'index.html')))
    throw new Error('The page is not built: npm run build:web');
  let ahead = 0;
  const stage = Object.defineProperty(aStage(), 'now', { get: () => Date.now() + ahead });
  const service = await aService(alerts, { webDir: WEB, ...more }, stage);
  const address = await service.server.listen({ host: '127.0.0.1', port: 0 });
  const account = (login: string, roles: Role[], fields: Parameters<typeof addAccount>[3] = {}) =>
    addAccount(service.accounts, login, roles, fields);
  return {
    ...{ ...service, address, account },
    /** Lets so many ms pass for the service. */
    pass(ms: number) {
      ahead += ms;
    },
    close: () => service.server.close(),
  };
}
export type Served = Awaited<ReturnType<typeof aPage>>;

export type Look = {
  language?: 'nl' | 'en';
  colorScheme?: 'light' | 'dark';
  width?: number;
  height?: number;
};
export type Visit = {
  page: Page;
  /** Console errors, policy violations, failed scripts and requests to other hosts: all must stay empty. */
  faults: string[];
  context: BrowserContext;
};

/** A browser of its own with this account signed in (or nobody). Statuses that a test provokes are no faults. */
export async function visit(
  browser: Browser,
  served: Served,
  accountId: string | null,
  look: Look = {},
): Promise<Visit> {
  const seen = await newVisit(browser, served.address, look);
  if (accountId !== null) {
    const account = served.accounts.get(accountId);
    if (account === null) throw new Error('no such account');
    const { secret } = await served.sessions.start(account, 'local');
    await seen.context.addCookies([{ name: 'inzagewacht', value: secret, url: served.address }]);
  }
  return seen;
}

/** A browser of its own in which nobody has signed in, at this address. */
export async function newVisit(browser: Browser, address: string, look: Look = {}): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: address,
    locale: look.language === 'en' ? 'en-GB' : 'nl-NL',
    colorScheme: look.colorScheme ?? 'light',
    viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
    reducedMotion: 'reduce',
  });
  // A machine that does much else at once must not fail a test.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== address)
      faults.push(`foreign: ${url.origin}`);
  });
  await page.exposeFunction('reportViolation', (what: string) => faults.push(`policy: ${what}`));
  await page.addInitScript(`
    if (localStorage.getItem('inzagewacht.language') === null)
      localStorage.setItem('inzagewacht.language', '${look.language ?? 'nl'}');
    document.addEventListener('securitypolicyviolation', (e) =>
      reportViolation(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));`);
  return { page, faults, context };
}

/** Opens a path and waits until its screen has its content. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  await page.locator('[data-loading]').first().waitFor({ state: 'detached' });
}

/** What axe finds, as `rule: target`, so that a failing test says where. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) =>
       r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + n.failureSummary.split('\\n').slice(1, 3).join(' '))))`,
  );
}

/** Whether the page scrolls sideways, as its width and that of the screen. */
export const widths = (page: Page): Promise<[number, number]> =>
  page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]');
