import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someAlerts } from '../helpers/alerts.ts';
import {
  aPage,
  hasChromium,
  type Look,
  launch,
  open,
  type Served,
  violations,
  visit,
  widths,
} from '../helpers/browser.ts';

type Who = 'nobody' | 'officer';
type State = {
  name: string;
  who: Who;
  path: string;
  from?: 'full' | 'unread';
  act?: (page: Page) => Promise<void>;
};

const press = (key: string) => (page: Page) => page.keyboard.press(key);
const STATES: readonly State[] = [
  { name: 'the sign-in', who: 'nobody', path: '/alerts' },
  {
    name: 'a sign-in that failed',
    who: 'nobody',
    path: '/alerts',
    act: async (page) => {
      await page.locator('input[autocomplete=username]').fill('officer');
      await page.locator('input[type=password]').fill('not the password');
      await page.locator('button[type=submit]').click();
      await page.locator('[role=alert]').waitFor();
    },
  },
  { name: 'the queue', who: 'officer', path: '/alerts' },
  { name: 'a queue filtered to nothing', who: 'officer', path: '/alerts?typology=log-gap' },
  { name: 'a queue before anything was read', who: 'officer', path: '/alerts', from: 'unread' },
  { name: 'the overview of keys', who: 'officer', path: '/alerts', act: press('?') },
  {
    name: 'a row with the focus and a choice',
    who: 'officer',
    path: '/alerts',
    act: async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await page.locator('.bulk').waitFor();
    },
  },
  {
    name: 'a decision without a reason',
    who: 'officer',
    path: '/alerts/al-1',
    act: async (page) => {
      await page.keyboard.press('d');
      await page.locator('dialog button[type=submit]').click();
      await page.locator('.error').waitFor();
    },
  },
  { name: 'an alert', who: 'officer', path: '/alerts/al-1' },
  { name: 'an alert that is gone', who: 'officer', path: '/alerts/nope' },
  { name: 'an address that does not exist', who: 'officer', path: '/nowhere' },
];
const LOOKS: readonly Look[] = [
  { language: 'nl', colorScheme: 'light' },
  { language: 'en', colorScheme: 'dark' },
  // 1280 pixels at 400 % are 320.
  { language: 'nl', colorScheme: 'light', width: 320 },
];

describe.skipIf(!hasChromium)('the page in a browser', () => {
  let browser: Browser;
  const pages: Partial<Record<'full' | 'unread', { served: Served; officer: string }>> = {};

  beforeAll(async () => {
    browser = await launch();
    const unread = { ...(await aPage([])) };
    const serve = async (served: Served) => ({
      served,
      officer: (await served.account('officer', ['security-officer'])).accountId,
    });
    pages.full = await serve(await aPage(someAlerts(30)));
    pages.unread = await serve(unread);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(Object.values(pages).map(({ served }) => served.close()));
  });

  const enter = async (state: State, look: Look) => {
    const from = pages[state.from ?? 'full'];
    if (from === undefined) throw new Error('not served');
    const seen = await visit(
      browser,
      from.served,
      state.who === 'nobody' ? null : from.officer,
      look,
    );
    await open(seen.page, state.path);
    await state.act?.(seen.page);
    return seen;
  };

  test.each(STATES)('$name is accessible, fits 320 pixels and breaks no rule', async (state) => {
    for (const look of LOOKS) {
      const { page, faults, context } = await enter(state, look);
      expect(await violations(page), JSON.stringify(look)).toEqual([]);
      const [scroll, client] = await widths(page);
      expect(scroll).toBeLessThanOrEqual(client);
      expect(await skippedLevels(page)).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    }
  });
});

/** Headings that stand more than one level below the one before; in a dialog only its own count. */
async function skippedLevels(page: Page): Promise<number[]> {
  const levels = await page.evaluate<number[]>(
    "[...(document.querySelector('dialog[open]') ?? document).querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))",
  );
  expect(levels.length).toBeGreaterThan(0);
  return levels.filter((level, i) => i > 0 && level - (levels[i - 1] ?? 0) > 1);
}
