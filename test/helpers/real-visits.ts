import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import en from '../../dashboards/web/texts/en.json' with { type: 'json' };
import nl from '../../dashboards/web/texts/nl.json' with { type: 'json' };
import { newVisit, open } from './browser.ts';
import type { RealPage } from './real-page.ts';

export const TEXTS = { nl, en };
export type Language = keyof typeof TEXTS;
export type Login = 'beveiliging' | 'integriteit' | 'fg';

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** People at the real program, each in a browser of their own in which they signed in themselves. */
export function realVisits(browser: Browser, real: RealPage) {
  const contexts = new Map<string, { page: Page; faults: string[]; context: BrowserContext }>();
  async function signIn(page: Page, login: Login, language: Language): Promise<void> {
    const t = TEXTS[language].session;
    await page.getByLabel(t.name).fill(login);
    await page.getByLabel(t.password).fill(real.passwords.get(login) ?? '');
    await button(page, t.submit).click();
    await page.getByRole('navigation').waitFor();
    await page.locator('h1').first().waitFor();
    await page.locator('[data-loading]').first().waitFor({ state: 'detached' });
  }
  return {
    /** Does a part of a job as one person. */
    async as(
      login: Login,
      language: Language,
      path: string,
      work: (page: Page) => Promise<void>,
    ): Promise<void> {
      const key = `${login} ${language}`;
      const held = contexts.get(key);
      const visit = held ?? (await newVisit(browser, real.address, { language }));
      contexts.set(key, visit);
      const { page, faults } = visit;
      await open(page, path);
      if (held === undefined) await signIn(page, login, language);
      await work(page);
      expect(faults.splice(0)).toEqual([]);
    },
    /** Closes all browsers. */
    async leave(): Promise<void> {
      for (const { context } of contexts.values()) await context.close();
      contexts.clear();
    },
  };
}
