import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someAlerts } from '../helpers/alerts.ts';
import { aPage, hasChromium, launch, open, type Served, visit } from '../helpers/browser.ts';

const ALERTS = 10_000;
const RUNS = 3;
const FIRST_LIST_MS = 1_000;
const SCRIPT_BYTES = 350_000;
/** 50 frames a second. */
const FRAME_MS = 20;
const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe.skipIf(!hasChromium)(`a queue of ${ALERTS} alerts`, () => {
  let browser: Browser;
  let served: Served;
  let officer: string;

  beforeAll(async () => {
    browser = await launch();
    served = await aPage(someAlerts(ALERTS));
    ({ accountId: officer } = await served.account('officer', ['security-officer']));
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  test('stands there within a second', { retry: 2 }, async () => {
    const took: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { page, context } = await visit(browser, served, officer);
      const before = performance.now();
      await page.goto('/alerts');
      await page.locator('.queue__row').first().waitFor();
      took.push(performance.now() - before);
      await context.close();
    }
    expect(middle(took), took.map(Math.round).join()).toBeLessThan(FIRST_LIST_MS);
    process.stdout.write(`first list of ${ALERTS} alerts: ${took.map(Math.round).join(', ')} ms\n`);
  });

  test('needs little script for the first view', async () => {
    const { page, context } = await visit(browser, served, officer);
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.body());
    });
    await open(page, '/alerts');
    const bytes = (await Promise.all(scripts)).reduce((sum, b) => sum + gzipSync(b).length, 0);
    expect(scripts.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(SCRIPT_BYTES);
    await context.close();
  });

  test('scrolls at fifty frames a second and keeps few rows', { retry: 2 }, async () => {
    const { page, context, faults } = await visit(browser, served, officer);
    await open(page, '/alerts');
    const medians: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const frames = await page.evaluate<number[]>(`new Promise((done) => {
        const gaps = [];
        let last = performance.now();
        const step = (now) => {
          gaps.push(now - last);
          last = now;
          scrollBy(0, 60);
          if (gaps.length < 120) requestAnimationFrame(step); else done(gaps);
        };
        requestAnimationFrame(step);
      })`);
      medians.push(middle(frames));
    }
    expect(Math.min(...medians), medians.map(Math.round).join()).toBeLessThan(FRAME_MS);
    expect(await page.locator('.queue__row').count()).toBeLessThan(80);
    expect(await page.evaluate<number>('scrollY')).toBeGreaterThan(15_000);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('fetches on as it is scrolled, and no more than that', async () => {
    const { page, context } = await visit(browser, served, officer);
    await open(page, '/alerts');
    // Fifty at once, the next two hundred behind them, and then nothing until somebody scrolls.
    await page.locator('.queue[aria-rowcount="251"]').waitFor();
    await page.keyboard.press('End');
    await page.locator('.queue[aria-rowcount="451"]').waitFor();
    await page.keyboard.press('End');
    await page.locator('a[href="/alerts/al-450"]').waitFor();
    await context.close();
  });
});
