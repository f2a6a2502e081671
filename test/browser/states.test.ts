import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../domain/review.ts';
import { someAlerts } from '../helpers/alerts.ts';
import {
  aPage,
  hasChromium,
  type Look,
  launch,
  open,
  type Served,
  type Visit,
  violations,
  visit,
  widths,
} from '../helpers/browser.ts';
import { aForeignFile, aWatch, someExchanges, someShadowRuns } from '../helpers/desk-data.ts';
import { aBusyCase, aRunAlert, filled, someBreaches } from '../helpers/page-data.ts';

type Who = 'nobody' | 'officer' | 'investigator' | 'fg' | 'auditor' | 'administrator';
type State = {
  name: string;
  who: Who;
  path: string;
  from?: 'full' | 'unread' | 'apart';
  act?: (page: Page) => Promise<void>;
};

/** Stands for the address of a case that is opened before the tests. */
const CASE = 'the case';
const BREACH = 'the breach';
async function openDetails(page: Page): Promise<void> {
  await page.locator('details').first().waitFor();
  await page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))");
}
async function searchFor(page: Page): Promise<void> {
  const form = page.locator('form').first();
  await form.locator('input').first().fill('999990019');
  await form.locator('textarea').fill('Verzoek van de inwoner zelf.');
  await form.locator('button[type=submit]').click();
  await page.locator('#officials').waitFor();
}
async function askCommonAccess(page: Page): Promise<void> {
  await page.locator('form textarea').first().fill('999990019\n999990020\n999990032');
  await page.locator('form textarea').last().fill('Drie aangiften van dezelfde oplichting.');
  await page.locator('form button[type=submit]').click();
  await page.locator('#common').waitFor();
}
const LINES = `datum;gebruiker;bsn;handeling
2026-03-03 09:12:00;j.jansen;999990019;raadplegen
2026-03-03 09:13:10;j.jansen;123456789;raadplegen
`;
async function tryLines(page: Page): Promise<void> {
  await page.locator('form textarea').first().fill(LINES);
  await page.locator('form button[type=submit]').click();
  await page.locator('#trial').waitFor();
}
/** Takes in the file of another municipality with the key of a third one. */
async function takeInWrong(page: Page): Promise<void> {
  const form = page.locator('section[aria-labelledby=take-in] form');
  await form.locator('input').first().fill('Gemeente Elders');
  await form.locator('input[type=file]').setInputFiles({
    ...{ name: 'uitwisseling.json', mimeType: 'application/json' },
    buffer: Buffer.from(aForeignFile(1).text),
  });
  await form.getByText('uitwisseling.json').waitFor();
  await form.locator('input').last().fill(aForeignFile(2).fingerprint);
  await form.locator('button[type=submit]').click();
  await form.locator('[role=alert]').waitFor();
}
const showShadowRun = (decision: string) => async (page: Page) => {
  const row = page.locator('section[aria-labelledby=shadow] tr', { hasText: decision });
  await row.locator('button').click();
  await page.locator('section[aria-labelledby=one-shadow] .facts').waitFor();
  await openDetails(page);
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
  {
    name: 'a run from person to person with its table',
    who: 'officer',
    path: '/alerts/al-run',
    act: async (page) => {
      await page.locator('svg.strip').waitFor();
      await openDetails(page);
    },
  },
  { name: 'an alert that is gone', who: 'officer', path: '/alerts/nope' },
  { name: 'an address that does not exist', who: 'officer', path: '/nowhere' },
  { name: 'no case yet', who: 'fg', path: '/cases', from: 'unread' },
  { name: 'the cases', who: 'investigator', path: '/cases' },
  { name: 'a new case', who: 'investigator', path: '/cases/new?alertId=al-1' },
  {
    name: 'a case with its forms',
    who: 'investigator',
    path: CASE,
    act: (page) => openDetails(page),
  },
  { name: 'a case as another sees it', who: 'fg', path: CASE },
  { name: 'no breach yet', who: 'fg', path: '/breaches', from: 'unread' },
  { name: 'the breaches and their register', who: 'officer', path: '/breaches?open=all' },
  {
    name: 'a breach with its forms',
    who: 'officer',
    path: BREACH,
    act: (page) => openDetails(page),
  },
  { name: 'a breach for who advises', who: 'fg', path: BREACH },
  {
    name: 'common access',
    who: 'investigator',
    path: '/common-access',
    act: (page) => askCommonAccess(page),
  },
  { name: 'the accounts', who: 'administrator', path: '/accounts' },
  {
    name: 'an account that is changed',
    who: 'administrator',
    path: '/accounts',
    act: (page) => page.locator('table button').first().click(),
  },
  {
    name: 'a source that is tried',
    who: 'administrator',
    path: '/sources/try',
    act: (page) => tryLines(page),
  },
  {
    name: 'dead letters that were read again',
    who: 'administrator',
    path: '/sources',
    act: async (page) => {
      await page.locator('form button[type=submit]').click();
      await page.locator('.said').waitFor();
    },
  },
  { name: 'the watches for who agrees', who: 'fg', path: '/watches' },
  { name: 'no watch yet', who: 'fg', path: '/watches', from: 'unread' },
  {
    name: 'what was judged',
    who: 'fg',
    path: '/coverage',
    act: (page) => openDetails(page),
  },
  { name: 'nothing judged yet', who: 'fg', path: '/coverage', from: 'unread' },
  { name: 'a report', who: 'fg', path: '/reports' },
  {
    name: 'the exchange with its tables',
    who: 'fg',
    path: '/exchange',
    act: (page) => openDetails(page),
  },
  { name: 'the exchange for who may not send', who: 'auditor', path: '/exchange' },
  { name: 'nothing exchanged yet', who: 'fg', path: '/exchange', from: 'unread' },
  {
    name: 'a file of another municipality that is refused',
    who: 'fg',
    path: '/exchange',
    act: (page) => takeInWrong(page),
  },
  {
    name: 'a file that was not chosen',
    who: 'fg',
    path: '/exchange',
    act: async (page) => {
      await page.locator('section[aria-labelledby=take-in] button[type=submit]').click();
      await page.locator('#take-in ~ form [id$=-error]').first().waitFor();
    },
  },
  {
    name: 'keeping and erasing',
    who: 'auditor',
    path: '/retention',
    act: (page) => openDetails(page),
  },
  { name: 'the oversight', who: 'fg', path: '/desk' },
  { name: 'the read log', who: 'auditor', path: '/log' },
  { name: 'the search', who: 'fg', path: '/search', act: (page) => searchFor(page) },
  {
    name: 'the search under one of two acts',
    who: 'fg',
    path: '/search',
    from: 'apart',
    act: async (page) => {
      await page.locator('form').first().locator('select').nth(2).selectOption('wpg');
      await searchFor(page);
    },
  },
  {
    name: 'common access over two acts',
    who: 'investigator',
    path: '/common-access',
    from: 'apart',
    act: async (page) => {
      await page.locator('form textarea').first().fill('999990019\n999990020');
      await page.locator('form textarea').last().fill('Twee aangiften van oplichting.');
      await page.locator('form button[type=submit]').click();
      await page.locator('form [role=alert]').waitFor();
    },
  },
  { name: 'the sources', who: 'officer', path: '/sources' },
  { name: 'no source yet', who: 'administrator', path: '/sources', from: 'unread' },
  {
    name: 'the detectors',
    who: 'officer',
    path: '/detectors',
    act: (page) => openDetails(page),
  },
  {
    name: 'a shadow run with its result and its end',
    who: 'officer',
    path: '/detectors',
    act: showShadowRun('OR-2026-9'),
  },
  {
    name: 'a shadow run that was ended',
    who: 'fg',
    path: '/detectors',
    act: showShadowRun('OR-2026-8'),
  },
  {
    name: 'a backtest that would lose a confirmed case',
    who: 'officer',
    path: '/detectors',
    act: async (page) => {
      await page.locator('section[aria-labelledby=backtest] button[type=submit]').click();
      await page.locator('section[aria-labelledby=backtest] [role=note]').waitFor();
    },
  },
  {
    name: 'the explanation of a word',
    who: 'officer',
    path: '/alerts/al-2',
    act: (page) => page.locator('.help__button').first().click(),
  },
  {
    name: 'pictures as tables',
    who: 'officer',
    path: '/alerts/al-1',
    act: (page) => openDetails(page),
  },
];
const LOOKS: readonly Look[] = [
  { language: 'nl', colorScheme: 'light', width: 1280 },
  { language: 'en', colorScheme: 'dark', width: 1280 },
  // 1280 pixels at 400 % are 320.
  { language: 'nl', colorScheme: 'light', width: 320 },
];

describe.skipIf(!hasChromium)('the page in a browser', () => {
  let browser: Browser;
  let casePath = '';
  let breachPath = '';
  const visits = new Map<string, Visit>();
  type Staff = Record<Exclude<Who, 'nobody'>, string>;
  type From = NonNullable<State['from']>;
  const pages: Partial<Record<From, { served: Served; staff: Staff }>> = {};

  beforeAll(async () => {
    browser = await launch();
    const staffed = async (served: Served) => {
      const make = async (login: string, role: Role) =>
        (await served.account(login, [role])).accountId;
      const staff: Staff = {
        officer: await make('officer', 'security-officer'),
        investigator: await make('investigator', 'integrity-investigator'),
        fg: await make('fg', 'fg'),
        auditor: await make('auditor', 'auditor'),
        administrator: await make('beheer', 'administrator'),
      };
      return { served, staff };
    };
    pages.full = await staffed(await aPage([...someAlerts(30), aRunAlert()], filled()));
    pages.unread = await staffed(await aPage([]));
    pages.apart = await staffed(await aPage([], { ...filled(), regimes: { suwinet: 'wpg' } }));
    casePath = await aBusyCase(pages.full.served, pages.full.staff.investigator);
    await aWatch(pages.full.served, pages.full.staff.investigator, casePath);
    breachPath = await someBreaches(pages.full.served, pages.full.staff.officer);
    await someExchanges(pages.full.served, pages.full.staff.fg);
    await someShadowRuns(pages.full.served, pages.full.staff.officer, pages.full.staff.fg);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(Object.values(pages).map(({ served }) => served.close()));
  });

  /** One browser context for each person and look: what is cached there is fetched once. */
  const enter = async (state: State, look: Look): Promise<Visit> => {
    const from = pages[state.from ?? 'full'];
    if (from === undefined) throw new Error('not served');
    const key = JSON.stringify([state.from, state.who, look]);
    const account = state.who === 'nobody' ? null : from.staff[state.who];
    const seen = visits.get(key) ?? (await visit(browser, from.served, account, look));
    visits.set(key, seen);
    const own: Record<string, string> = { [CASE]: casePath, [BREACH]: breachPath };
    await open(seen.page, own[state.path] ?? state.path);
    await state.act?.(seen.page);
    return seen;
  };

  describe.each(LOOKS)('in $language, $colorScheme, $width pixels wide', (look) => {
    test.each(STATES)('$name is accessible, fits and breaks no rule', async (state) => {
      const { page, faults } = await enter(state, look);
      expect(await violations(page)).toEqual([]);
      const [scroll, client] = await widths(page);
      expect(scroll).toBeLessThanOrEqual(client);
      expect(await skippedLevels(page)).toEqual([]);
      expect(faults.splice(0)).toEqual([]);
    });
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
