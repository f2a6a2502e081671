// What a source calls confidential, on the page: marked for whoever is inside, and nothing to notice for others.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import en from '../../dashboards/web/texts/en.json' with { type: 'json' };
import nl from '../../dashboards/web/texts/nl.json' with { type: 'json' };
import { anAlert } from '../helpers/alerts.ts';
import {
  aPage,
  hasChromium,
  launch,
  open,
  type Served,
  violations,
  visit,
} from '../helpers/browser.ts';
import { filled, pictureLookups } from '../helpers/page-data.ts';
import { directoryOf, type Marked } from '../helpers/review.ts';

const TEXTS = { nl, en };
const SECRET = 'e-1';
const without = (rows: Awaited<ReturnType<typeof pictureLookups.byIds>>) =>
  rows.filter((r) => r.eventId !== SECRET);

describe.skipIf(!hasChromium)('what a source calls confidential, on the page', () => {
  let browser: Browser;
  let served: Served;
  const accounts = { officer: '', investigator: '', fg: '' };
  const marked: Marked = new Map([[SECRET, { occurredAt: Date.UTC(2026, 2, 3, 10, 42) }]]);

  beforeAll(async () => {
    browser = await launch();
    const alerts = [
      anAlert({ alertId: 'al-1', eventIds: ['e-0'] }),
      anAlert({ alertId: 'al-secret', typology: 'ex-partner', eventIds: [SECRET, 'e-2'] }),
    ];
    const directory = directoryOf(alerts, marked);
    await directory.refresh();
    served = await aPage(alerts, {
      ...{ ...filled(), directory },
      openLookups: {
        ...pictureLookups,
        byIds: async (...asked) => without(await pictureLookups.byIds(...asked)),
        ofActor: async (...asked) => without(await pictureLookups.ofActor(...asked)),
        ofSubject: async (...asked) => without(await pictureLookups.ofSubject(...asked)),
      },
    });
    const make = async (name: string, role: Parameters<Served['account']>[1][number]) =>
      (await served.account(name, [role])).accountId;
    accounts.officer = await make('officer', 'security-officer');
    accounts.investigator = await make('investigator', 'integrity-investigator');
    accounts.fg = await make('fg', 'fg');
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  describe.each(['nl', 'en'] as const)('in %s', (language) => {
    const { confidential } = TEXTS[language].words;

    test('an investigator sees the mark in the queue, on the alert and on its lookups', async () => {
      const { page, faults, context } = await visit(browser, served, accounts.investigator, {
        language,
      });
      await open(page, '/alerts');
      const rows = page.locator('.queue__row');
      expect(await rows.count()).toBe(2);
      expect(await rows.getByText(confidential.mark).count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      await open(page, '/alerts/al-secret');
      expect(await page.locator('.marks').textContent()).toContain(confidential.mark);
      await page.getByText(confidential.text).waitFor();
      const lookups = page.locator('section[aria-labelledby=lookups]');
      await lookups.waitFor();
      // Of the two dozen lookups, the one that the source said it of.
      expect(await lookups.locator('tbody tr').getByText(confidential.mark).count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      await open(page, '/alerts/al-1');
      expect(await page.locator('.marks').textContent()).not.toContain(confidential.mark);
      expect(faults).toEqual([]);
      await context.close();
    });

    test('an officer sees a queue without it, and its address as one that never was', async () => {
      const { page, faults, context } = await visit(browser, served, accounts.officer, {
        language,
      });
      await open(page, '/alerts');
      expect(await page.locator('.queue__row').count()).toBe(1);
      const content = await page.locator('body').textContent();
      expect(content).not.toContain(confidential.mark);
      const said = async (path: string): Promise<string | null> => {
        await open(page, path);
        await page.locator('main [role=alert], main .utrecht-alert').first().waitFor();
        return page.locator('main').textContent();
      };
      expect(await said('/alerts/al-secret')).toBe(await said('/alerts/nope'));
      await open(page, '/alerts/al-1');
      await page.locator('section[aria-labelledby=lookups]').waitFor();
      expect(await page.locator('body').textContent()).not.toContain(confidential.mark);
      expect(faults).toEqual([]);
      await context.close();
    });

    test('the data protection officer is told how many there are', async () => {
      const { page, context } = await visit(browser, served, accounts.fg, { language });
      await open(page, '/alerts');
      expect(await page.locator('.queue__row').count()).toBe(1);
      const told = TEXTS[language].alerts.confidential
        .replace('{{lookups}}', '1')
        .replace('{{alerts}}', '1');
      expect(await page.locator('.bar-row p').textContent()).toContain(told);
      expect(await violations(page)).toEqual([]);
      await context.close();
    });
  });
});
