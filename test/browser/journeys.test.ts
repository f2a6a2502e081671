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
  visit,
} from '../helpers/browser.ts';
import { aBusyCase, filled } from '../helpers/page-data.ts';

const WHY = 'Navraag bij het team leverde geen zaak op; de feiten moeten worden vastgesteld.';

describe.skipIf(!hasChromium)('whole jobs in a browser', () => {
  let browser: Browser;
  let served: Served;
  const who = { officer: '', investigator: '', fg: '', administrator: '' };

  beforeAll(async () => {
    browser = await launch();
    served = await aPage(someAlerts(12), filled());
    who.officer = (await served.account('officer', ['security-officer'])).accountId;
    who.investigator = (await served.account('investigator', ['integrity-investigator'])).accountId;
    who.fg = (await served.account('fg', ['fg'])).accountId;
    who.administrator = (await served.account('beheer', ['administrator'])).accountId;
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

  test('a breach file goes from opening to closing, with the advice of the officer', async () => {
    let path = '';
    const step = async (page: Page, title: string, fill: () => Promise<void>) => {
      const form = page.locator('details', { has: page.getByText(title, { exact: true }) }).last();
      await form.locator('summary').click();
      await fill();
      await form.getByRole('button', { name: 'Vastleggen' }).click();
      await form.getByRole('button', { name: 'Vastleggen', disabled: false }).waitFor();
    };
    const field = (page: Page, name: string) =>
      page.locator('details[open]').getByLabel(name, { exact: true });
    await as('officer', '/breaches', async (page) => {
      await page
        .getByLabel('Wat is er aan de hand?')
        .fill('Een lijst ging naar een verkeerd adres.');
      await button(page, 'Dossier openen').click();
      await page.waitForURL(/\/breaches\/b/);
      path = new URL(page.url()).pathname;
      await page.getByText(/moment van weten nog te besluiten: nog 7[12] uur/).waitFor();
      await step(page, 'Vastleggen wanneer de gemeente het wist', async () => {
        await field(page, 'Waarom dat moment?').fill('Toen las de teamleider de klacht.');
      });
      await page.getByText(/klok loopt: nog 7[12] uur/).waitFor();
      await page.reload();
      await step(page, 'Feiten vastleggen', async () => {
        await field(page, 'Wat is er gebeurd (mag leeg blijven)').fill('Lijst verkeerd verzonden');
        await field(page, 'Oorzaak (mag leeg blijven)').selectOption('mis-sent');
        await field(page, 'Aantal mensen, hoogstens (mag leeg blijven)').fill('120');
      });
      await page.getByRole('heading', { level: 1, name: 'Lijst verkeerd verzonden' }).waitFor();
      await page.reload();
      await step(page, 'Melding vastleggen', async () => {
        await field(page, 'Meldingsnummer').fill('2026-0114');
      });
      await page.getByText('gemeld', { exact: true }).waitFor();
      await page.reload();
      await step(page, 'Besluiten over informeren', async () => {
        await field(page, 'Wat toen bekend was').fill('De lijst is geopend.');
        await field(page, 'Waarom').fill('De gevolgen kunnen groot zijn.');
      });
      await page.getByRole('cell', { name: 'wel informeren' }).first().waitFor();
    });
    await as('fg', path, async (page) => {
      expect(await page.getByText('Feiten vastleggen', { exact: true }).count()).toBe(0);
      await step(page, 'Advies geven', async () => {
        await field(page, 'Advies van de FG').fill('Schrijf de mensen deze week nog.');
      });
      await page.getByText('Advies: Schrijf de mensen deze week nog.').waitFor();
    });
    await as('officer', path, async (page) => {
      await step(page, 'Vastleggen wie geïnformeerd is', async () => {
        await field(page, 'Aantal mensen').fill('120');
        await field(page, 'Hoe').fill('een brief');
      });
      await page.getByText('Geïnformeerd: 120. Nog te informeren: 0.').waitFor();
      await page.reload();
      await page.locator('summary', { hasText: 'Dossier sluiten' }).click();
      await field(page, 'Wat is ervan geleerd?').fill('Adressen worden voortaan nagelezen.');
      await page.locator('details[open]').getByRole('button', { name: 'Vastleggen' }).click();
      await page.getByText('gesloten', { exact: true }).waitFor();
      await page.goto('/breaches?open=all');
      await page.getByRole('cell', { name: 'Adressen worden voortaan nagelezen.' }).waitFor();
      const fetched = page.waitForEvent('download');
      await button(page, 'Register bewaren (CSV)').click();
      expect((await fetched).suggestedFilename()).toBe('register-datalekken.csv');
    });
  });

  test('a watch is asked for, agreed by two others, looked at and ended', async () => {
    const casePath = await aBusyCase(served, who.investigator);
    await as('investigator', casePath, async (page) => {
      await page.getByText('Volgopdracht vragen', { exact: true }).first().click();
      const form = page.locator('details[open]');
      await form.getByLabel('DPIA van dit onderzoek').fill('DPIA 2026-14');
      await form.getByLabel('Waarom kan het niet zonder?').fill(WHY);
      await form.getByRole('button', { name: 'Volgopdracht vragen' }).click();
      await page.getByText('vertellen: nog niet').waitFor();
      expect(await button(page, 'Goedkeuren').count()).toBe(0);
    });
    for (const approver of ['officer', 'fg'] as const)
      await as(approver, '/watches', async (page) => {
        await page.getByLabel('Reden').fill('De gronden staan in het protocol.');
        await button(page, 'Goedkeuren').click();
        await button(page, 'Goedkeuren').waitFor({ state: 'detached' });
      });
    await as('investigator', '/watches', async (page) => {
      await page.getByText('loopt', { exact: true }).waitFor();
      await button(page, 'Toon wat is opgezocht').click();
      await page.getByRole('heading', { name: 'Wat is opgezocht' }).waitFor();
      await page.getByText('Volgopdracht beëindigen', { exact: true }).first().click();
      await page.locator('details[open]').getByLabel('Reden').fill('De feiten staan vast.');
      await button(page, 'Volgopdracht beëindigen').click();
      await page.getByText(/te vertellen uiterlijk/).waitFor();
    });
  });

  test('an account is made with a password that is shown once, and shut out again', async () => {
    await as('administrator', '/accounts', async (page) => {
      const form = page.locator('section[aria-labelledby=new-account]');
      await form.getByLabel('Accountnaam', { exact: true }).fill('nieuw');
      await form.getByLabel('Naam', { exact: true }).fill('Nieuw');
      await form.getByLabel('Wie is het?').fill('personeel-17');
      await form.getByLabel('auditor').check();
      await form.getByRole('button', { name: 'Account maken' }).click();
      await form.getByText('Account nieuw is gemaakt.').waitFor();
      expect((await form.locator('code').textContent())?.length).toBeGreaterThan(15);
      await button(page, 'Account nieuw wijzigen').click();
      await button(page, 'Buitensluiten').click();
      await page.getByText('buitengesloten').waitFor();
      await page.reload();
      expect(await page.locator('section[aria-labelledby=new-account] code').count()).toBe(0);
    });
  });

  test('who signs out finds the page in the same language again', async () => {
    await as('fg', '/desk', async (page) => {
      await button(page, 'English').click();
      await button(page, 'Sign out').click();
      await page.getByLabel('Account name').waitFor();
      await page.reload();
      await page.getByLabel('Account name').waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    });
  });

  test.each([
    ['officer', '/breaches'],
    ['investigator', '/common-access'],
    ['administrator', '/sources/try'],
    ['administrator', '/accounts'],
    ['fg', '/reports'],
  ] as const)(
    '%s sees the focus at every stop of %s, in the order of the page',
    async (person, path) => {
      await as(person, path, async (page) => {
        let last = -1;
        for (let stop = 0; stop < 40; stop++) {
          await page.keyboard.press('Tab');
          const [name, outline, place] = await page.evaluate<[string, string, number]>(
            `(() => { const e = document.activeElement; const s = getComputedStyle(e);
            const all = [...document.querySelectorAll('*')];
            return [e.outerHTML.slice(0, 120), s.outlineStyle + ' ' + s.outlineWidth, all.indexOf(e)]; })()`,
          );
          // Past the last stop the browser's own bar has the focus.
          if (name.startsWith('<body')) break;
          expect(outline, name).not.toMatch(/^none| 0px$/);
          // A date has stops of its own: day, month, year.
          expect(place, name).toBeGreaterThanOrEqual(last);
          last = place;
        }
        expect(last).toBeGreaterThan(0);
      });
    },
  );

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
