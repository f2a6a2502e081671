import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someAlerts } from '../helpers/alerts.ts';
import { aPage, hasChromium, launch, open, type Served, visit } from '../helpers/browser.ts';

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

  test('decides several at once with one reason', async () => {
    const { page, faults, context } = await visit(browser, served, officer);
    await open(page, '/alerts');
    for (const row of [0, 1, 2]) await page.locator('.queue__choose input').nth(row).check();
    await page.getByText('3 signalen gekozen').first().waitFor();
    await page.getByRole('button', { name: 'Afhandelen' }).click();
    await page.keyboard.press('Space');
    await page.getByLabel('Waarom?').fill('Alle drie horen bij de mailing van maart.');
    await page.getByRole('button', { name: 'Vastleggen' }).click();
    await page.getByText('3 signalen bijgewerkt.').waitFor();
    expect(await page.locator('.bar-row p').textContent()).toContain('7 signalen');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('tells of what a colleague did without moving a row', async () => {
    const { page, context } = await visit(browser, served, officer);
    const other = await served.account('colleague', ['security-officer']);
    await open(page, '/alerts');
    const before = await page.locator('.queue__row').first().getAttribute('aria-rowindex');
    const first = await page.locator('.queue__alert a').first().getAttribute('href');
    const id = (await page.locator('.queue__alert a').last().getAttribute('href'))
      ?.split('/')
      .pop();
    const { call } = await served.signIn(served.deps, other.accountId);
    const done = await call('POST', `/alerts/${id}/triage`, {
      ...{ state: 'explained', reason: 'Hier hoorde een zaak bij.', sequence: 0 },
    });
    expect(done.status).toBe(200);
    await page.getByText('1 signaal nieuw of gewijzigd').waitFor();
    expect(await page.locator('.queue__alert a').first().getAttribute('href')).toBe(first);
    expect(await page.locator('.queue__row').first().getAttribute('aria-rowindex')).toBe(before);
    expect(await page.locator(`#alert-${id}`).count()).toBe(1);
    await page.getByRole('button', { name: 'Tonen' }).click();
    await page.locator(`#alert-${id}`).waitFor({ state: 'detached' });
    await context.close();
  });

  test('begins with a way past the menu and shows where the focus is', async () => {
    const { page, context } = await visit(browser, served, officer);
    await open(page, '/alerts');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Naar de inhoud');
    const seen = new Set<string>();
    for (let stop = 0; stop < 25; stop++) {
      const [name, outline] = await page.evaluate<[string, string]>(
        `(() => { const e = document.activeElement; const s = getComputedStyle(e);
          return [e.outerHTML.slice(0, 120), s.outlineStyle + ' ' + s.outlineWidth]; })()`,
      );
      expect(outline, name).not.toMatch(/^none| 0px$/);
      seen.add(name);
      await page.keyboard.press('Tab');
    }
    expect(seen.size).toBeGreaterThan(15);
    await context.close();
  });

  test('keeps its filters in the address, and a saved view brings them back', async () => {
    const { page, faults, context } = await visit(browser, served, officer);
    await open(page, '/alerts');
    await page.getByLabel('Ernst').selectOption('low');
    await page.waitForURL(/severity=low/);
    await page.getByText('Bewaarde weergaven').click();
    await page.getByLabel('Naam van deze weergave').fill('Lage signalen');
    await page.getByRole('button', { name: 'Weergave bewaren' }).click();
    await page.getByRole('link', { name: 'Lage signalen' }).waitFor();
    await page.getByRole('button', { name: 'Filters wissen' }).click();
    await page.waitForURL((url) => !url.search.includes('severity'));
    await page.getByRole('link', { name: 'Lage signalen' }).click();
    await page.waitForURL(/severity=low/);
    expect(await page.getByLabel('Ernst').inputValue()).toBe('low');
    expect(faults).toEqual([]);
    await context.close();
  });
});
