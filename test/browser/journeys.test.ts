import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../domain/time.ts';
import { someAlerts } from '../helpers/alerts.ts';
import {
  aPage,
  hasChromium,
  type Look,
  launch,
  open,
  type Served,
  visit,
} from '../helpers/browser.ts';
import { filled } from '../helpers/page-data.ts';

const WHY = 'Navraag bij het team leverde geen zaak op; de feiten moeten worden vastgesteld.';

describe.skipIf(!hasChromium)('whole jobs in a browser', () => {
  let browser: Browser;
  let served: Served;
  const who = { officer: '', investigator: '', fg: '' };

  beforeAll(async () => {
    browser = await launch();
    served = await aPage(someAlerts(12), filled());
    who.officer = (await served.account('officer', ['security-officer'])).accountId;
    who.investigator = (await served.account('investigator', ['integrity-investigator'])).accountId;
    who.fg = (await served.account('fg', ['fg'])).accountId;
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  /** Does a part of a job as one person; nothing may go wrong on the way. */
  async function as(
    person: keyof typeof who,
    path: string,
    work: (page: Page) => Promise<void>,
    look: Look = {},
  ): Promise<void> {
    const { page, faults, context } = await visit(browser, served, who[person], look);
    await open(page, path);
    await work(page);
    expect(faults).toEqual([]);
    await context.close();
  }
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  async function openCase(alertId: string, look: Look = {}): Promise<string> {
    const isDutch = look.language !== 'en';
    let path = '';
    await as(
      'investigator',
      `/alerts/${alertId}`,
      async (page) => {
        await page.getByRole('link', { name: isDutch ? 'Dossier openen' : 'Open a case' }).click();
        await page
          .getByLabel(isDutch ? 'Titel (zonder namen)' : 'Title (no names)')
          .fill('Raadplegingen zonder zaak');
        await page
          .getByLabel(
            isDutch ? 'Artikel van het onderzoeksprotocol' : 'Article of the inquiry protocol',
          )
          .fill('artikel 4');
        await page
          .getByLabel(isDutch ? 'Waarom is dit dossier nodig?' : 'Why is this case needed?')
          .fill(WHY);
        await button(page, isDutch ? 'Dossier openen' : 'Open the case').click();
        await page.waitForURL(/\/cases\/(?!new)/);
        await page.getByRole('heading', { level: 1 }).waitFor();
        path = new URL(page.url()).pathname;
      },
      look,
    );
    return path;
  }

  test('a reveal is asked for, agreed by another person, seen, and over after a week', async () => {
    const path = await openCase('al-1');
    await as('investigator', path, async (page) => {
      await page.getByText('Onthulling vragen', { exact: true }).first().click();
      await page.locator('details[open] input[type=checkbox]').first().check();
      await page.getByLabel('Motivering').fill(WHY);
      await button(page, 'Onthulling vragen').click();
      await page.getByText('Een ander persoon met een andere rol beslist hierover.').waitFor();
      expect(await button(page, 'Goedkeuren').count()).toBe(0);
    });
    await as('fg', '/desk', async (page) => {
      await page.getByRole('heading', { name: 'Onthulling', exact: true }).waitFor();
      await page.getByLabel('Reden').fill('Nodig om te kunnen horen.');
      await button(page, 'Goedkeuren').click();
      await page.getByText('Er wacht niets op goedkeuring.').waitFor();
    });
    await as('investigator', path, async (page) => {
      await button(page, 'Bekijken wie het is').click();
      await page.getByRole('cell', { name: 'm.voorbeeld' }).waitFor();
      await page.getByText('Deze blik is vastgelegd: investigator').waitFor();
      await button(page, 'Verbergen').click();
      expect(await page.getByText('m.voorbeeld').count()).toBe(0);
      expect(page.url()).not.toContain('voorbeeld');
    });
    served.pass(8 * DAY_MS);
    await as('investigator', path, async (page) => {
      await page.getByText('verlopen', { exact: true }).waitFor();
      expect(await button(page, 'Bekijken wie het is').count()).toBe(0);
    });
  });

  test('an official is heard and the case is closed by a second person, in English', async () => {
    const english = { language: 'en' } as const;
    const path = await openCase('al-2', english);
    await as(
      'investigator',
      path,
      async (page) => {
        await button(page, 'Ask the question').click();
        await page.getByLabel('Answer, word for word').fill('Ik hielp een collega aan de balie.');
        await button(page, 'Record the answer').click();
        await page.getByText('Ik hielp een collega aan de balie.').waitFor();
        await page.getByLabel('Disposition').selectOption('work-practice');
        await page.getByRole('textbox', { name: 'Reason' }).fill(WHY);
        await button(page, 'Propose the disposition').click();
        await page.getByText('You proposed this yourself; someone else has to decide.').waitFor();
        expect(await button(page, 'Approve').count()).toBe(0);
        // Not only the button is missing: the service refuses the same person.
        const { call } = await served.signIn(served.deps, who.investigator);
        const caseId = path.split('/').pop() ?? '';
        const { body } = await call('GET', `/cases/${caseId}`);
        const refused = await call('POST', `/cases/${caseId}/closing/approval`, {
          ...{ reason: WHY, sequence: body['sequence'] },
        });
        expect(refused.status).toBe(403);
      },
      english,
    );
    await as(
      'officer',
      path,
      async (page) => {
        await page.getByRole('textbox', { name: 'Reason' }).first().fill(WHY);
        await button(page, 'Approve').click();
        await page.getByText('This case is closed: work practice of the team.').waitFor();
      },
      english,
    );
  });

  test('an evidence package is asked for, agreed, made and fetched', async () => {
    const path = await openCase('al-3');
    await as('investigator', path, async (page) => {
      await page.getByText('Pakket vragen', { exact: true }).first().click();
      await page.getByLabel('Waarvoor is het pakket?').fill(WHY);
      await button(page, 'Pakket vragen').click();
      await page.getByText('gevraagd', { exact: true }).waitFor();
    });
    await as('fg', '/desk', async (page) => {
      await page.getByRole('heading', { name: 'Bewijspakket', exact: true }).waitFor();
      await page.getByLabel('Reden').fill('Gevraagd door de officier van justitie.');
      await button(page, 'Goedkeuren').click();
      await page.getByText('Er wacht niets op goedkeuring.').waitFor();
    });
    await as('investigator', path, async (page) => {
      await page.getByText('klaar', { exact: true }).waitFor();
      const fetched = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Downloaden' }).click();
      expect(await (await fetched).failure()).toBeNull();
    });
  });

  test('the data protection officer checks the month', async () => {
    await as('fg', '/desk', async (page) => {
      await page.getByRole('heading', { name: 'Hoeveel is verklaard' }).waitFor();
      await page.getByRole('rowheader', { name: 'zaaksysteem' }).waitFor();
      await page.getByLabel('Periode').selectOption('30');
      await page.waitForURL(/days=30/);
      await page.getByRole('link', { name: 'Leeslog' }).click();
      await page.getByRole('heading', { level: 1, name: 'Leeslog' }).waitFor();
      await button(page, 'Keten controleren').click();
      await page.getByText(/De keten klopt/).waitFor();
      await page.getByRole('rowheader').first().waitFor();
    });
  });

  test('a resident asks who looked and gets an extract without an official', async () => {
    await as('fg', '/search', async (page) => {
      const form = page.locator('form').first();
      await form.getByLabel('Nummer of kenmerk').fill('999990019');
      await form.getByLabel('Grond').selectOption('request-of-resident');
      await form.getByLabel('Reden').fill('Verzoek van de inwoner zelf.');
      await form.getByRole('button', { name: 'Zoeken' }).click();
      await page.getByText('40 raadplegingen gevonden').waitFor();
      expect(page.url()).not.toContain('99999');
      const extract = page.locator('section[aria-labelledby=extract]');
      await extract.getByLabel('Nummer of kenmerk').fill('999990019');
      await extract.getByLabel('Reden').fill('Verzoek van de inwoner zelf.');
      await extract.getByRole('button', { name: 'Overzicht maken' }).click();
      await extract.getByRole('table').waitFor();
      expect(await extract.textContent()).not.toContain('a·');
    });
  });

  test('of two who decide the same alert, the second is told that a colleague was first', async () => {
    const first = await visit(browser, served, who.officer);
    const second = await visit(browser, served, who.investigator);
    await open(first.page, '/alerts/al-9');
    await open(second.page, '/alerts/al-9');
    for (const { page } of [first, second]) {
      await page.keyboard.press('d');
      await page.keyboard.press('Space');
      await page.getByLabel('Waarom?').fill('Nagevraagd: hier hoorde een zaak bij.');
    }
    await button(first.page, 'Vastleggen').click();
    await first.page.locator('dialog').waitFor({ state: 'detached' });
    await button(second.page, 'Vastleggen').click();
    await second.page.getByText('Een collega was u voor.').waitFor();
    await first.context.close();
    await second.context.close();
  });

  test('warns two minutes before the session ends, and stays when asked', async () => {
    const own = await aPage(someAlerts(3));
    const { accountId } = await own.account('officer', ['security-officer']);
    const { page, context } = await visit(browser, own, accountId);
    await page.clock.install();
    await open(page, '/alerts');
    await page.clock.fastForward('12:00');
    expect(await page.locator('dialog').count()).toBe(0);
    await page.clock.fastForward('01:30');
    await page.getByText('Uw sessie loopt bijna af').waitFor();
    await button(page, 'Aangemeld blijven').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await context.close();
    await own.close();
  });
});
