// Whole jobs as people do them, against the real program: a simulated town is read, judged and kept in the
// embedded store; people sign in with their passwords. Each job in Dutch and in English.
import { statSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../domain/time.ts';
import { hasChromium, launch, open } from '../helpers/browser.ts';
import { aRealPage, type RealPage } from '../helpers/real-page.ts';
import { button, realVisits, TEXTS } from '../helpers/real-visits.ts';

const WHY = 'Navraag bij het team leverde geen zaak op; de feiten moeten worden vastgesteld.';
const ANSWER = 'Ik hielp een collega aan de balie.';
const START_MS = 400_000;
const JOB_MS = 300_000;

describe.skipIf(!hasChromium)('whole jobs against the real program and store', () => {
  let browser: Browser;
  let real: RealPage;
  let visits: ReturnType<typeof realVisits>;

  beforeAll(async () => {
    browser = await launch();
    real = await aRealPage();
    visits = realVisits(browser, real);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await real?.stop();
  });

  const as: typeof visits.as = (...part) => visits.as(...part);
  /** Sessions end and browsers are closed: what comes next is another day. */
  async function later(days: number): Promise<void> {
    await visits.leave();
    await real.pass(days * DAY_MS);
  }

  /** Alerts before anybody worked: work of reviewers is watched too and raises alerts of its own. */
  let before: string[] = [];

  describe.each(['nl', 'en'] as const)('in %s', (language) => {
    const t = TEXTS[language];
    let casePath = '';

    test(
      'twenty alerts are triaged by keyboard alone',
      async () => {
        await as('beveiliging', language, '/alerts', async (page) => {
          await page.locator('.queue__alert a').first().waitFor();
          if (before.length === 0)
            before = await page.evaluate<string[]>(`fetch('/v1/alerts?limit=200')
              .then((answer) => answer.json())
              .then(({ items }) => items.map((alert) => alert.alertId))`);
          await page.keyboard.press('j');
          const decided = new Set<string>();
          for (let done = 0; done < 20; done++) {
            // The alert that follows a decided one has the focus by itself.
            await page.locator('.queue__alert a:focus').waitFor();
            decided.add((await page.locator(':focus').getAttribute('href')) ?? '');
            await page.keyboard.press('d');
            await page.locator('dialog[open] input[type=radio]:focus').waitFor();
            await page.keyboard.press('Space');
            await page.keyboard.press('Tab');
            await page.keyboard.type('Nagevraagd bij het team: hier hoorde een zaak bij.');
            await page.keyboard.press('Tab');
            await page.keyboard.press('Enter');
            await page.locator('dialog').waitFor({ state: 'detached' });
          }
          expect(decided.size).toBe(20);
          // Kept, not only shown: the last one says so to whoever opens it.
          await open(page, [...decided].at(-1) ?? '');
          await page
            .getByText('Nagevraagd bij het team: hier hoorde een zaak bij.')
            .first()
            .waitFor();
        });
      },
      JOB_MS,
    );

    test(
      'a case is opened from an alert',
      async () => {
        // From the end of the queue: what stands at its top has just been decided.
        await as('integriteit', language, `/alerts/${before.pop()}`, async (page) => {
          await page.getByRole('link', { name: t.alert.openCase }).click();
          await page.getByLabel(t.cases.new.name).fill('Raadplegingen zonder zaak');
          await page.getByLabel(t.cases.new.article).fill('artikel 4');
          await page.getByLabel(t.cases.new.reason).fill(WHY);
          await button(page, t.cases.new.submit).click();
          await page.waitForURL(/\/cases\/(?!new)/);
          await page
            .getByRole('heading', { level: 1, name: 'Raadplegingen zonder zaak' })
            .waitFor();
          casePath = new URL(page.url()).pathname;
        });
      },
      JOB_MS,
    );

    test(
      'the official is heard',
      async () => {
        await as('integriteit', language, casePath, async (page) => {
          await button(page, t.cases.hearing.ask).click();
          await page.getByLabel(t.cases.hearing.answer).fill(ANSWER);
          await button(page, t.cases.hearing.record).click();
          await page.getByText(ANSWER).waitFor();
        });
      },
      JOB_MS,
    );

    test(
      'a reveal is asked for, agreed by another person, and seen',
      async () => {
        await as('integriteit', language, casePath, async (page) => {
          await page.getByText(t.cases.reveal.request, { exact: true }).first().click();
          await page.locator('details[open] input[type=checkbox]').first().check();
          await page.getByLabel(t.cases.reveal.text).fill(WHY);
          await button(page, t.cases.reveal.request).click();
          await page.getByText(t.cases.decide.notYou).first().waitFor();
          expect(await button(page, t.cases.decide.approve).count()).toBe(0);
        });
        await as('fg', language, '/desk', async (page) => {
          await page
            .getByRole('heading', { name: t.cases.reveal.title, exact: true })
            .first()
            .waitFor();
          await page.getByLabel(t.cases.decide.reason).fill('Nodig om te kunnen horen.');
          await button(page, t.cases.decide.approve).click();
          await page.getByText(t.desk.requests.none).waitFor();
        });
        await as('integriteit', language, casePath, async (page) => {
          await button(page, t.cases.reveal.view).click();
          const shown = page.locator('.revealed');
          await shown.waitFor();
          const cells = await shown.getByRole('cell').allTextContents();
          expect(cells.filter((text) => real.actorIds.has(text.split(' ')[0] ?? ''))).toHaveLength(
            1,
          );
          await button(page, t.cases.reveal.hide).click();
          await shown.waitFor({ state: 'detached' });
        });
      },
      JOB_MS,
    );

    test(
      'an evidence package is asked for, agreed, made and fetched',
      async () => {
        await as('integriteit', language, casePath, async (page) => {
          await page.getByText(t.cases.export.request, { exact: true }).first().click();
          await page.getByLabel(t.cases.export.reason).fill(WHY);
          await button(page, t.cases.export.request).click();
          await page.getByText(t.cases.request.requested, { exact: true }).waitFor();
        });
        await as('fg', language, '/desk', async (page) => {
          await page.getByRole('heading', { name: t.cases.export.title, exact: true }).waitFor();
          await page.getByLabel(t.cases.decide.reason).fill('Gevraagd voor het onderzoek.');
          await button(page, t.cases.decide.approve).click();
          await page.getByText(t.desk.requests.none).waitFor();
        });
        await as('integriteit', language, casePath, async (page) => {
          await page
            .getByText(t.cases.export.job.done, { exact: true })
            .waitFor({ timeout: 60_000 });
          const fetched = page.waitForEvent('download');
          await page.getByRole('link', { name: t.cases.export.download }).click();
          const download = await fetched;
          expect(await download.failure()).toBeNull();
          expect(download.suggestedFilename()).toMatch(/\.zip$/);
          expect(statSync(await download.path()).size).toBeGreaterThan(10_000);
        });
      },
      JOB_MS,
    );

    test(
      'the case is closed by a second person; the same person is refused',
      async () => {
        await as('integriteit', language, casePath, async (page) => {
          await page.getByLabel(t.cases.close.disposition).selectOption('work-practice');
          await page.getByRole('textbox', { name: t.cases.decide.reason }).fill(WHY);
          await button(page, t.cases.close.propose).click();
          await page.getByText(t.cases.close.own).waitFor();
          expect(await button(page, t.cases.decide.approve).count()).toBe(0);
          // Not only the button is missing: the service refuses the same person.
          const refused = await page.evaluate<number>(`(async () => {
          const { csrfToken } = await (await fetch('/v1/session')).json();
          const { sequence } = await (await fetch('/v1${casePath}')).json();
          const answer = await fetch('/v1${casePath}/closing/approval', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken,
              'idempotency-key': crypto.randomUUID() },
            body: JSON.stringify({ reason: 'Zelf goedgekeurd.', sequence }),
          });
          return answer.status;
        })()`);
          expect(refused).toBe(403);
        });
        await as('beveiliging', language, casePath, async (page) => {
          await page.getByRole('textbox', { name: t.cases.decide.reason }).first().fill(WHY);
          await button(page, t.cases.decide.approve).click();
          const closed = t.cases.close.closed.replace(
            '{{disposition}}',
            t.cases.disposition['work-practice'],
          );
          await page.getByText(closed).waitFor();
        });
      },
      JOB_MS,
    );

    test(
      'the data protection officer checks the month',
      async () => {
        await as('fg', language, '/desk', async (page) => {
          await page.getByRole('heading', { name: t.desk.coverage.title }).waitFor();
          await page.getByRole('rowheader', { name: 'brp', exact: true }).first().waitFor();
          await page.getByLabel(t.desk.period).selectOption('30');
          await page.waitForURL(/days=30/);
          await page.getByRole('link', { name: t.shell.nav.log }).click();
          await page.getByRole('heading', { level: 1, name: t.log.title }).waitFor();
          await button(page, t.log.check).click();
          await page.getByText(t.log.intact.split('{{')[0] ?? '').waitFor();
          await page.getByRole('rowheader').first().waitFor();
        });
      },
      JOB_MS,
    );

    test(
      'a resident asks who looked and gets an extract without an official',
      async () => {
        await as('fg', language, '/search', async (page) => {
          const form = page.locator('form').first();
          await form.getByLabel(t.search.id).fill(real.resident);
          await form.getByLabel(t.search.ground).selectOption('request-of-resident');
          await form.getByLabel(t.search.reason).fill('Verzoek van de inwoner zelf.');
          await form.getByRole('button', { name: t.search.submit }).click();
          await page.locator('#officials').waitFor();
          expect(page.url()).not.toContain(real.resident);
          const extract = page.locator('section[aria-labelledby=extract]');
          await extract.getByLabel(t.search.id).fill(real.resident);
          await extract.getByLabel(t.search.reason).fill('Verzoek van de inwoner zelf.');
          await extract.getByRole('button', { name: t.extract.submit }).click();
          await extract.getByRole('table').waitFor();
          expect(await extract.textContent()).not.toContain('a·');
        });
      },
      JOB_MS,
    );

    test(
      'the reveal is over after a week',
      async () => {
        await later(8);
        await as('integriteit', language, casePath, async (page) => {
          await page.getByText(t.cases.reveal.state.expired, { exact: true }).waitFor();
          expect(await button(page, t.cases.reveal.view).count()).toBe(0);
        });
      },
      JOB_MS,
    );
  });
});
