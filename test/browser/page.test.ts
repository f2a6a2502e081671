import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPageServer } from '../../api/page/server.ts';
import { aStatus, readerOf, someAlerts } from '../helpers/alerts.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
];

type Look = { colorScheme?: 'light' | 'dark'; width?: number };

describe.skipIf(!existsSync(CHROMIUM))('the page in a browser', () => {
  let browser: Browser;
  const servers: FastifyInstance[] = [];
  const at = { full: '', empty: '', unread: '' };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    const serve = async (options: Parameters<typeof createPageServer>[0]) => {
      const server = createPageServer(options);
      servers.push(server);
      return server.listen({ host: '127.0.0.1', port: 0 });
    };
    at.full = await serve({ alerts: readerOf(someAlerts(30)), status: aStatus });
    at.empty = await serve({ alerts: readerOf([]), status: aStatus });
    const nothing = aStatus({ events: 0, explained: [], isRunning: false });
    at.unread = await serve({ alerts: readerOf([]), status: () => nothing });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(servers.map((s) => s.close()));
  });

  /** Opens an address and does something with it; the policy is off only so that axe can be added. */
  async function visit<T>(url: string, look: Look, work: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext({
      bypassCSP: true,
      colorScheme: look.colorScheme ?? 'light',
      viewport: { width: look.width ?? 1280, height: 900 },
    });
    try {
      const page = await context.newPage();
      const answer = await page.goto(url);
      expect(answer).not.toBeNull();
      return await work(page);
    } finally {
      await context.close();
    }
  }

  /** What axe finds, as `rule: target`, so that a failing test says where. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    return page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) =>
         r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' '))))`,
    );
  }

  const states = [
    ['the list', () => `${at.full}/`],
    ['the second page', () => `${at.full}/?page=2`],
    ['the list in English', () => `${at.full}/?lang=en`],
    ['an alert', () => `${at.full}/alerts/al-1`],
    ['an alert in English', () => `${at.full}/alerts/al-3?lang=en`],
    ['an empty list', () => `${at.empty}/`],
    ['an empty list in English', () => `${at.empty}/?lang=en`],
    ['a store without events', () => `${at.unread}/`],
    ['an unknown alert', () => `${at.full}/alerts/nope`],
  ] as const;

  test.each(states)('%s has no accessibility violations', async (_, url) => {
    for (const look of [{}, { colorScheme: 'dark' }, { width: 320 }] as const)
      expect(await visit(url(), look, violations)).toEqual([]);
  });

  test.each(states)('%s fits a screen 320 pixels wide', async (_, url) => {
    const [scroll, client] = await visit(url(), { width: 320 }, (page) =>
      page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      ),
    );
    expect(scroll).toBeLessThanOrEqual(client);
  });

  test('headings never skip a level and every page has one first heading', async () => {
    for (const [, url] of states) {
      const levels = await visit(url(), {}, (page) =>
        page.evaluate<number[]>(
          "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))",
        ),
      );
      expect(levels[0]).toBe(1);
      expect(levels.filter((l) => l === 1)).toHaveLength(1);
      levels.forEach((level, i) => {
        expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
      });
    }
  });

  test('the keyboard reaches the content first, and an alert and back', async () => {
    await visit(`${at.full}/?lang=en`, {}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').textContent()).toBe('Skip to content');
      await page.keyboard.press('Enter');
      expect(await page.locator(':focus').getAttribute('id')).toBe('content');
      await page.locator('.card h3 a').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(`${at.full}/alerts/al-1?lang=en`);
      await page.getByRole('link', { name: 'Back to all alerts' }).press('Enter');
      await page.waitForURL(`${at.full}/?lang=en`);
    });
  });

  test('works under its own content security policy', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      // The browser asks for an icon by itself; nothing is drawn from it.
      if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
        problems.push(message.text());
    });
    await page.goto(`${at.full}/`);
    expect(await page.evaluate('document.styleSheets.length')).toBe(1);
    expect(problems).toEqual([]);
    await page.close();
  });
});
