import { amsterdamOffset } from '../../domain/time.ts';
import { html, type Markup } from './html.ts';
import type { Language } from './words.ts';

const LOCALES = { nl: 'nl-NL', en: 'en-GB' } as const;

export const formatCount = (value: number, lang: Language): string =>
  new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: 2 }).format(value);

/** A share of a whole in percent; a dash when there is no whole. */
export const formatShare = (part: number, whole: number, lang: Language): string =>
  whole === 0
    ? '–'
    : new Intl.NumberFormat(LOCALES[lang], { style: 'percent', maximumFractionDigits: 1 }).format(
        part / whole,
      );

/** An instant in local time, which the page names once; machines read UTC from `datetime`. */
export function formatTime(iso: string, lang: Language): Markup {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return html`${iso}`;
  const local = new Intl.DateTimeFormat(LOCALES[lang], {
    timeZone: 'UTC',
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(at + amsterdamOffset(at));
  return html`<time datetime="${iso}">${local}</time>`;
}

/** Enough of a token to tell two apart at a glance; the whole token is the title. */
const shortOf = (token: string): string => {
  const body = token.slice(token.lastIndexOf('.') + 1);
  return body.length > 8 ? `${token.slice(0, 1)}·${body.slice(0, 6)}` : token;
};
export const shortToken = (token: string): Markup =>
  html`<code class="token" title="${token}">${shortOf(token)}</code>`;
