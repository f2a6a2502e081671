import { html, type Markup } from './html.ts';
import { type Texts, textsOf } from './texts.ts';
import type { Language } from './words.ts';

export type View = { lang: Language; t: Texts };
export const viewIn = (lang: Language): View => ({ lang, t: textsOf(lang) });

/** A link inside the page keeps the language; Dutch is the default and needs no parameter. */
export function link(path: string, lang: Language, page = 1): string {
  const query = new URLSearchParams();
  if (page > 1) query.set('page', String(page));
  if (lang !== 'nl') query.set('lang', lang);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** One page: landmarks, a skip link, the notice that accuses nobody. No script and no inline style. */
export function layout(
  view: View,
  path: string,
  page: number,
  title: string,
  body: Markup,
): string {
  const { lang, t } = view;
  const other = lang === 'nl' ? 'en' : 'nl';
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – ${t('product')}</title>
<link rel="stylesheet" href="/assets/page.css">
</head>
<body>
<a class="skip" href="#content">${t('skip')}</a>
<header class="top">
<div class="width top-row">
<p class="brand"><a href="${link('/', lang)}">${t('product')}</a> <span>${t('tagline')}</span></p>
<nav aria-label="${t('navigation')}">
<ul>
<li><a href="${link('/', lang)}">${t('alerts')}</a></li>
<li><a href="${link(path, lang, page)}">${t('refresh')}</a></li>
<li><a href="${link(path, other, page)}" lang="${other}" hreflang="${other}">${t('otherLanguage')}</a></li>
</ul>
</nav>
</div>
</header>
<main id="content" class="width" tabindex="-1">
${body}
</main>
<footer class="bottom">
<p class="width">${t('timeZone')} ${t('tokensHelp')} ${t('noScripts')}</p>
</footer>
</body>
</html>
`.markup;
}

export const notice = ({ t }: View): Markup => html`<aside class="notice" aria-labelledby="notice">
<p id="notice"><strong>${t('noticeTitle')}.</strong></p>
<p>${t('notice')}</p>
</aside>`;

export const notFoundPage = (view: View): string =>
  layout(
    view,
    '/',
    1,
    view.t('notFoundTitle'),
    html`<h1>${view.t('notFoundTitle')}</h1>
<p>${view.t('notFound')}</p>
<p><a href="${link('/', view.lang)}">${view.t('back')}</a></p>`,
  );
