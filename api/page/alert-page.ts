import type { Alert } from '../../domain/alert.ts';
import { formatCount, formatTime, shortToken } from './format.ts';
import { html, type Markup } from './html.ts';
import { layout, link, notice, type View } from './layout.ts';
import { severityMark } from './list-page.ts';
import { comparedIn, unitIn } from './texts.ts';
import { TYPOLOGY_WORDS, VERDICT_WORDS } from './words.ts';

const MAX_PERSONS = 20;
const MAX_EVENTS = 100;

/** One alert: why, with every number that decided it, and what may innocently explain it. */
export function alertPage(view: View, alert: Alert): string {
  const { lang, t } = view;
  const { title, innocent } = TYPOLOGY_WORDS[alert.typology];
  const path = `/alerts/${encodeURIComponent(alert.alertId)}`;
  return layout(
    view,
    path,
    1,
    title[lang],
    html`<p><a href="${link('/', lang)}">${t('back')}</a></p>
<h1>${title[lang]}</h1>
<p class="marks">${severityMark(view, alert)} <span>${t('score')}: ${t('outOf', { score: formatCount(Math.round(alert.score), lang) })}</span></p>
${notice(view)}
<section aria-labelledby="why">
<h2 id="why">${t('why')}</h2>
<ol class="reasons">
${alert.reasons.map((reason) => html`<li>${reason.text[lang]}</li>`)}
</ol>
</section>
${facts(view, alert)}
${numbers(view, alert)}
<section aria-labelledby="explain">
<h2 id="explain">${t('mayExplain')}</h2>
<ul>
<li>${t('usualInnocent', { innocent: innocent[lang] })}</li>
<li>${t('checkCase')}</li>
<li>${t('checkDelivery')}</li>
</ul>
</section>
${persons(view, alert)}
${origin(view, alert)}`,
  );
}

const facts = ({ lang, t }: View, alert: Alert): Markup => html`<dl class="facts card">
<div><dt>${t('official')}</dt><dd>${alert.actor === null ? t('unknownOfficial') : html`<code class="token">${alert.actor.token}</code>`}</dd></div>
<div><dt>${t('explanation')}</dt><dd>${VERDICT_WORDS[alert.explanation][lang]}</dd></div>
<div><dt>${t('first')}</dt><dd>${formatTime(alert.firstEventAt, lang)}</dd></div>
<div><dt>${t('last')}</dt><dd>${formatTime(alert.lastEventAt, lang)}</dd></div>
<div><dt>${t('opened')}</dt><dd>${formatTime(alert.openedAt, lang)}</dd></div>
<div><dt>${t('eventCount')}</dt><dd>${formatCount(alert.eventCount, lang)}</dd></div>
</dl>`;

const numbers = (
  { lang, t }: View,
  alert: Alert,
): Markup => html`<section aria-labelledby="numbers">
<h2 id="numbers">${t('numbers')}</h2>
<div class="scroll" role="region" aria-labelledby="numbers" tabindex="0">
<table>
<caption>${t('numbersCaption')}</caption>
<thead><tr>
<th scope="col">${t('detector')}</th>
<th scope="col" class="number">${t('observed')}</th>
<th scope="col" class="number">${t('expected')}</th>
<th scope="col">${t('compared')}</th>
</tr></thead>
<tbody>
${alert.reasons.map(
  (reason) => html`<tr>
<th scope="row">${reason.detector}</th>
<td class="number">${formatCount(reason.observed, lang)} ${unitIn(reason.unit, lang)}</td>
<td class="number">${reason.expected === null ? t('noExpected') : `${formatCount(reason.expected, lang)} ${unitIn(reason.unit, lang)}`}</td>
<td>${comparedIn(reason.comparedWith, lang)}</td>
</tr>`,
)}
</tbody>
</table>
</div>
</section>`;

function persons({ lang, t }: View, { subjects }: Alert): Markup | null {
  if (subjects.length === 0) return null;
  const more = subjects.length - MAX_PERSONS;
  return html`<section aria-labelledby="persons">
<h2 id="persons">${t('personsTitle')}</h2>
<ul class="tokens">
${subjects.slice(0, MAX_PERSONS).map((subject) => html`<li>${shortToken(subject.token)}</li>`)}
</ul>
${more > 0 ? html`<p>${t('morePersons', { count: formatCount(more, lang) })}</p>` : null}
</section>`;
}

function origin({ lang, t }: View, alert: Alert): Markup {
  const shown = alert.eventIds.slice(0, MAX_EVENTS);
  return html`<section aria-labelledby="origin">
<h2 id="origin">${t('sourceTitle')}</h2>
<dl class="facts">
<div><dt>${t('alertId')}</dt><dd><code class="token">${alert.alertId}</code></dd></div>
<div><dt>${t('configVersion')}</dt><dd><code class="token">${alert.versions.config}</code></dd></div>
<div><dt>${t('referenceVersion')}</dt><dd><code class="token">${alert.versions.reference}</code></dd></div>
</dl>
<details>
<summary>${t('showEvents', { count: formatCount(shown.length, lang) })}</summary>
<ul class="tokens">${shown.map((id) => html`<li><code class="token">${id}</code></li>`)}</ul>
</details>
</section>`;
}
