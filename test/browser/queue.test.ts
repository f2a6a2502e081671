import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someAlerts } from '../helpers/alerts.ts';
import {
  aPage,
  hasChromium,
  launch,
  open,
  type Served,
  violations,
  visit,
  widths,
} from '../helpers/browser.ts';

describe.skipIf(!hasChromium)('the queue in a browser', () => {
  let browser: Browser;
  let served: Served;
  let officer: string;

  beforeAll(async () => {
    browser = await launch();
    served = await aPage(someAlerts(30));
    ({ accountId: officer } = await served.account('officer', ['security-officer']));
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  test('triages twenty alerts by keyboard alone', async () => {
    const { page, faults, context } = await visit(browser, served, officer);
    await open(page, '/alerts');
    await page.keyboard.press('j');
    for (let done = 1; done <= 20; done++) {
      // The alert that follows a decided one has the focus by itself.
      await page.locator(`a[href="/alerts/al-${done}"]:focus`).waitFor();
      await page.keyboard.press('d');
      await page.locator('dialog[open] input[type=radio]:focus').waitFor();
      await page.keyboard.press('Space');
      await page.keyboard.press('Tab');
      await page.keyboard.type('Nagevraagd bij het team: hier hoorde een zaak bij.');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
    expect(await page.locator('.bar-row p').textContent()).toContain('10 signalen');
    const states = Array.from({ length: 20 }, (_, i) =>
      served.journal.history('alert', `al-${i + 1}`).at(-1),
    );
    expect(states.every((entry) => entry?.typeUid === 'alert.triaged')).toBe(true);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('accessible', async () => {
    const { page, faults, context } = await visit(browser, served, officer);
    await open(page, '/alerts');
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    const [scroll, client] = await widths(page);
    expect(scroll).toBeLessThanOrEqual(client);
    await context.close();
  });
});
