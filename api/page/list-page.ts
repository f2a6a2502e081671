import type { Alert } from '../../domain/alert.ts';
import { formatCount, formatShare, formatTime, shortToken } from './format.ts';
import { html, type Markup } from './html.ts';
import { layout, link, notice, type View } from './layout.ts';
import type { Status } from './ports.ts';
import { SEVERITY_WORDS, TYPOLOGY_WORDS, VERDICT_WORDS } from './words.ts';

export const PAGE_SIZE = 25;
export type ListData = { alerts: readonly Alert[]; total: number; page: number; status: Status };

/** All alerts, best first, with what was read and how much of it is explained above them. */
export const listPage = (view: View, data: ListData): string =>
  layout(
    view,
    '/',
    data.page,
    view.t('alerts'),
    html`<h1>${view.t('alerts')}</h1>
${notice(view)}
${reading(view, data.status)}
<section aria-labelledby="list">
<h2 id="list">${view.t('listTitle')}</h2>
${data.total === 0 ? empty(view, data.status) : cards(view, data)}
</section>
${coverage(view, data.status)}`,
  );

function reading({ lang, t }: View, status: Status): Markup {
  const figures: [string, string][] = [
    [t('state'), t(status.isRunning ? 'running' : 'stopped')],
    [t('events'), formatCount(status.events, lang)],
    [t('perSecond'), formatCount(status.eventsPerSecond, lang)],
    [t('duplicates'), formatCount(status.duplicates, lang)],
    [t('deadLetters'), formatCount(status.deadLetters, lang)],
  ];
  if (status.budget !== undefined)
    figures.push([t('budget'), t('budgetValue', { budget: formatCount(status.budget, lang) })]);
  return html`<section aria-labelledby="reading">
<h2 id="reading">${t('reading')}</h2>
<dl class="figures">
${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
</section>`;
}

function coverage({ lang, t }: View, { explained }: Status): Markup | null {
  if (explained.length === 0) return null;
  return html`<section aria-labelledby="coverage">
<h2 id="coverage">${t('coverageTitle')}</h2>
<div class="scroll" role="region" aria-labelledby="coverage" tabindex="0">
<table>
<caption>${t('coverageCaption')}</caption>
<thead><tr>
<th scope="col">${t('system')}</th>
<th scope="col" class="number">${t('lookups')}</th>
<th scope="col" class="number">${t('direct')}</th>
<th scope="col" class="number">${t('withTeam')}</th>
<th scope="col" class="number">${t('cannotJudge')}</th>
</tr></thead>
<tbody>
${explained.map(
  (row) => html`<tr>
<th scope="row">${row.system}</th>
<td class="number">${formatCount(row.events, lang)}</td>
<td class="number">${formatShare(row.direct, row.events, lang)}</td>
<td class="number">${formatShare(row.withTeam, row.events, lang)}</td>
<td class="number">${formatShare(row.cannotJudge, row.events, lang)}</td>
</tr>`,
)}
</tbody>
</table>
</div>
<p class="help">${t('coverageHelp')}</p>
</section>`;
}

const empty = ({ lang, t }: View, status: Status): Markup => html`<div class="empty">
<h3>${t('emptyTitle')}</h3>
<p>${
  status.events === 0
    ? t('emptyNothingRead')
    : t('emptyQuiet', { events: formatCount(status.events, lang) })
}</p>
</div>`;

function cards(view: View, { alerts, total, page }: ListData): Markup {
  const { lang, t } = view;
  const from = (page - 1) * PAGE_SIZE + 1;
  const to = from + alerts.length - 1;
  const hasNext = to < total;
  const range = { from, to, total: formatCount(total, lang) };
  return html`<p>${t('range', range)}</p>
<ol class="cards" start="${from}">
${alerts.map((alert) => html`<li>${card(view, alert)}</li>`)}
</ol>
${
  page > 1 || hasNext
    ? html`<nav class="pages" aria-label="${t('pages')}"><ul>
${page > 1 ? html`<li><a rel="prev" href="${link('/', lang, page - 1)}">${t('previous')}</a></li>` : null}
${hasNext ? html`<li><a rel="next" href="${link('/', lang, page + 1)}">${t('next')}</a></li>` : null}
</ul></nav>`
    : null
}`;
}

/** Severity in a word, with a border of its own: colour alone says nothing here. */
export const severityMark = ({ lang, t }: View, alert: Alert): Markup =>
  html`<span class="severity severity-${alert.severity}"><span class="hidden">${t('severity')}: </span>${SEVERITY_WORDS[alert.severity][lang]}</span>`;

function card(view: View, alert: Alert): Markup {
  const { lang, t } = view;
  const [reason] = alert.reasons;
  return html`<article class="card">
<h3><a href="${link(`/alerts/${encodeURIComponent(alert.alertId)}`, lang)}">${TYPOLOGY_WORDS[alert.typology].title[lang]}</a></h3>
<p class="marks">${severityMark(view, alert)} <span>${t('score')}: ${t('outOf', { score: formatCount(Math.round(alert.score), lang) })}</span></p>
${reason === undefined ? null : html`<p class="reason">${reason.text[lang]}</p>`}
<dl class="facts">
<div><dt>${t('official')}</dt><dd>${alert.actor === null ? t('unknownOfficial') : shortToken(alert.actor.token)}</dd></div>
<div><dt>${t('persons')}</dt><dd>${formatCount(alert.subjects.length, lang)}</dd></div>
<div><dt>${t('last')}</dt><dd>${formatTime(alert.lastEventAt, lang)}</dd></div>
<div><dt>${t('explanation')}</dt><dd>${VERDICT_WORDS[alert.explanation][lang]}</dd></div>
</dl>
</article>`;
}
