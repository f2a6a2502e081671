// Writes docs/evaluation.md: every figure comes from the run, every sentence holds for any run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BedA } from './bed-a.ts';
import { BUDGETS } from './budgets.ts';
import { explainRoles } from './fairness.ts';
import { writeFigures } from './figures.ts';
import { PREVALENCE, pool, poolFairness, reportsOf, spreadOf } from './pooling.ts';
import {
  cell,
  comparisons,
  fairness,
  levels,
  num,
  precision,
  quiet,
  range,
  table,
  typologies,
} from './tables.ts';
import type { TownRun } from './towns.ts';
import { mulberry } from './traces.ts';

const seedsOf = (runs: readonly TownRun[]): string => {
  const groups = new Map<string, number[]>();
  for (const { officials, citizens, seed } of runs) {
    const key = `${officials} officials and ${citizens.toLocaleString('en')} citizens`;
    groups.set(key, [...new Set([...(groups.get(key) ?? []), seed])]);
  }
  return [...groups].map(([size, seeds]) => `${size}: seeds ${seeds.join(', ')}`).join('; ');
};

function mission(runs: readonly TownRun[]): string {
  const standard = runs.filter((run) => run.misuse === 'standard');
  if (standard.length === 0) return '';
  const recalls = pool(
    standard.map((run) => run.report),
    1,
    null,
  ).recalls;
  const of = (typology: string) =>
    recalls.find((r) => r.typology === typology && r.level === 'all');
  const names = [
    'relative (close)',
    'ex-partner',
    'celebrity',
    'protected-person',
    'unusual-volume',
  ];
  return `## The default mix

The mix that \`simulate\` writes by default, the list cut at one alert per 1,000 officials per day as it
is delivered, no re-weighting.

${table(
  ['typology', 'recall', '95 %'],
  names.map((name) => [name, cell(of(name)), range(of(name)?.interval ?? { low: 0, high: 1 })]),
)}
`;
}

function traces(bedA: BedA | null): string {
  if (bedA === null) return 'Skipped in this run: no third-party data.\n';
  const common = bedA.common.map((c) => [c.set, String(c.officials), num(c.top1), num(c.top3)]);
  return `Calibration of \`unusual-volume\`: share of the official-days of the later halves below a nominal p, nothing
injected (${bedA.calibration[0]?.days.toLocaleString('en')} days of three permit departments).

${table(
  ['nominal', 'raw', 'calibrated'],
  bedA.calibration.map((c) => [String(c.nominal), num(c.raw, 4), num(c.calibrated, 4)]),
)}

More persons on 1 % of the official-days: recall at a share of the other days, three departments pooled.
Their own bursts (up to 42 cases in a day) count as false here, so these are lower bounds.

${table(
  ['added', 'at', 'injected', 'raw p', 'calibrated p'],
  bedA.power.map((p) => [
    `+${p.added}`,
    `${p.share * 100} %`,
    String(p.injected),
    num(p.raw, 3),
    num(p.calibrated, 3),
  ]),
)}

First look at a random other file, judged by the days since anybody's last work on it. A file that lies
still betrays the look; a live one never does. Random victims flatter every detector.

${table(
  ['set', 'victim', 'looks', 'AUC', 'recall at 1 % of first accesses'],
  bedA.dormancy.map((d) => [
    d.set,
    d.victim === 'any' ? 'any file' : 'work in the last 7 days',
    String(d.positives),
    num(d.auc, 3),
    num(d.recall),
  ]),
)}

Common access: 20 random victims of whom one official opened 60 % (\`receipt\`: 30 %), 60 trials.

${table(['set', 'officials', 'first', 'among three'], common)}
`;
}

/** The document and its four charts, below `dir`. */
export function writeDocument(dir: string, runs: readonly TownRun[], bedA: BedA | null): void {
  const even = reportsOf(runs, 'even');
  const pooled = BUDGETS.map((budget) => pool(even, budget));
  const incidents = even.reduce((sum, report) => sum + report.incidents, 0);
  const spread = spreadOf(even, 1, mulberry(1));
  const times = pooled.find((p) => p.budget === 1);
  const none = reportsOf(runs, 'none');
  const fair = poolFairness(none.length > 0 ? none : even);
  const auc = even.reduce((sum, r) => sum + (r.prAuc ?? 0), 0) / Math.max(1, even.length);
  writeFigures(dir, runs);
  const text = `# Evaluation

What Inzagewacht finds and what it does not, in figures that anyone can make again. Written by
\`npm run evaluate\`; do not edit by hand.

## How to repeat it

\`\`\`sh
npm run evaluate                    # everything below
npm run evaluate -- --quick         # two small towns
npm run evaluate -- --seeds 20 --large-seeds 4
npm run bench:volume                # the real traces alone, seconds
\`\`\`

One town by hand:

\`\`\`sh
inzagewacht simulate --out town --officials 800 --citizens 100000 --days 60 --seed 1001 --misuse even
inzagewacht scan town/events.ndjson --reference town/reference --budget 6 --out alerts.ndjson
inzagewacht evaluate --truth town/truth.ndjson --alerts alerts.ndjson --officials 800 --days 60 \\
  --events town/events.ndjson --reference town/reference
\`\`\`

Reporting seeds of this run (${seedsOf(runs)}) were not used for tuning; development uses seeds 1 to 50.
The real traces may not be shipped; without them that part is skipped by name.

## The generated town

Residents live in households (mean 2.1) and are kin over three generations: about 16 relatives each, two in
five of them in town. They part, move (one in ten a year), share houses, live in care homes, bear frequent and
rare surnames; 1.5 % have a secret address, a few dozen are public figures. Officials are residents or their
kin, so that kin comes by in ordinary work too. They work part-time, go on leave, have a bleeper, change posts
and leave. Cases come with the weekday and the season and pass from a queue to a handler to whoever stands in;
5 to 10 % of lawful look-ups leave no row anywhere: calls, walk-ins, a namesake, a slip of the hand, a former
client. For every typology there is lawful work that resembles it: mailings, street inspections, work lists,
refusals before a right was granted, calls at night, a resident in the news, somebody called in from leave.

Misuse is scripted per typology and level, by someone who has not read the detectors. Those who do it work like
everybody else besides; victims are people one has a reason to look at, with files and live cases; the events
take the same path to the log as lawful ones and differ in nothing that a log shows. Every curious look is in
\`truth.ndjson\`. \`--misuse standard\` is the mix that press and courts report, \`even\` takes every typology and
level in turn up to a tenth of the officials, \`--incidents N\` makes N of each.

## How it is counted

- An alert hits an incident if it holds one of its events. Further alerts on the same incident are
  duplicates, neither true nor false. Single events are never counted.
- A budget is a number of alerts per 1,000 officials per day with work. Budgets are reached by cutting the
  ranked list. A simulated town holds far more incidents than a real one, so a find uses the budget only as
  often as incidents happen at the stated prevalence: ${PREVALENCE} per 1,000 officials per month unless said otherwise.
- Means over typologies weigh each typology the same, because nobody knows how often each occurs.
- Levels: L1 careless (evening, no case), L2 in office hours without a case, L3 the person has a live case in
  another team, L4 a live case in the own team or a borrowed case number, L5 at most once a week.

## Recall

${even.length} towns, ${incidents} incidents, the even mix (every typology at every level in turn).
Macro recall at budget 1: ${num(times?.macro)}${spread === null ? '' : `, 95 % bootstrap over towns ${range(spread)}`}.
PR-AUC of the whole list as delivered: ${num(auc)}.

![Recall per level](images/evaluation-levels.svg)

${levels(pooled)}

![Recall per typology](images/evaluation-typologies.svg)

At budget 1, found of incidents. \`relative (close)\` are parents, children, partners and siblings without a
faked case.

${typologies(times?.recalls ?? [])}

At budget 0.25:

${typologies(pooled.find((p) => p.budget === 0.25)?.recalls ?? [])}

## Time to detect

At budget 1, from the first illicit event to the alert: median ${num(times?.medianHours, 1)} hours, 90th percentile
${num(times?.p90Hours, 1)} hours; median ${num(times?.medianLookups, 1)} illicit events until then (means over towns of
what was found; \`scan\` opens an alert at the event that decided it).

## Precision

It depends on how often misuse happens, and that nobody knows. The last column is the ceiling: with so few
incidents no list of this length can be right more often.

![Precision by budget](images/evaluation-precision.svg)

${precision(even)}

## Without misuse

Alerts over the budget in towns without any misuse: 1 is the budget. "With a row" is the share of lawful
look-ups behind which the generator wrote a case, appointment or mandate; "explained" what the product says.

${quiet(runs)}

## Fairness

False alerts per 1,000 official-days with work (surnames: per 1,000 events on persons of the band) in the
towns without misuse, and the ratio of each group to all others. Part-time is fewer than four days a week; a
small team has fewer than six people; a surname is rare below 0.05 % of the residents, frequent from 0.5 %.
"Without a row" are the persons whom an official of the group opens a day while neither the official nor the
unit has a row on them: what alerts are about, and what some roles do all day.

${fairness(fair)}

${explainRoles(fair)
  .map((text) => `- ${text}`)
  .join('\n')}

## Against simple methods, and with less data

Measured on ${runs.filter((run) => run.baselines !== null).length} of the towns. *Random* draws official-days; *Poisson volume* ranks them by the number of
persons against the official's own mean; *rules only* raises every look at a parent, child, (former) partner
or listed person, without asking for a case; *event novelty* takes the most surprising system, action and
hour of the day. Each has the same budget. The rows between are the product with reference files left
out, or with every case of a colleague counting as one's own. What calibration does is shown on the real
traces below (raw against calibrated); it cannot be switched off.

![Recall against simple methods](images/evaluation-baselines.svg)

${comparisons(runs)}

${mission(runs)}
## Real traces

${traces(bedA)}
## What these figures do not show

- The generated towns are our idea of municipal work and of misuse. They are written by people who know what
  detectors are for, if not how these work; another generator will give other figures.
- Real traces hold no relatives, no searches and no misuse; what is injected there is volume and dormancy.
- No confirmed case of a Dutch municipality is among the incidents.
- Cells hold few incidents: read the intervals, not the means.
- One look at a file that has lain still is not found, and \`dormant-subject\` has little recall: in nine
  development towns 4.6 % of the lawful look-ups without a row met a file without work for 16 months, 44 per
  1,000 official-days. No look at such a file can say more than a factor 22, where a quarter of an alert asks
  for thousands.
- The levels are not equally likely. L4 and L5 are what a careful official does, and recall there is what to
  expect of careful officials.
- A false alert here is lawful work by construction. In a town hall some of them would be worth a question.
`;
  writeFileSync(join(dir, 'evaluation.md'), text);
}
