import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS, toIso } from '../domain/time.ts';
import { createRecorder, recordNightJob, type Timed } from './accesses.ts';
import { createCaseload, createExclusions } from './caseload.ts';
import { createCasework, type WorkCount } from './casework.ts';
import { coverOf, planMisuse } from './misuse/plan.ts';
import type { Incident, SimulateOptions, Summary, Town } from './model.ts';
import { createOfficials } from './officials.ts';
import { createTown } from './population.ts';
import { createRandom } from './random.ts';
import { writeReferenceFiles } from './reference-files.ts';
import { createCsvFile, createLineFile, type LineFile } from './write.ts';

export type { SimulateOptions, Summary } from './model.ts';

/** One line an incident; what never came to a look (a day off, a closed hall) is no incident. */
function writeTruth(path: string, town: Town, incidents: Incident[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const file = createLineFile(path);
  for (const incident of incidents) {
    const { incidentId, typology, level, official, eventIds, times, note } = incident;
    if (eventIds.length === 0) continue;
    counts[typology] = (counts[typology] ?? 0) + 1;
    const line = {
      incidentId,
      typology,
      level,
      actorId: official.actorId,
      actorIds: [...incident.actors],
      subjectIds: [...incident.subjects].map((person) => town.people[person]?.id ?? ''),
      eventIds,
      eventTimes: times.map(toIso),
      firstEventAt: toIso(times.reduce((a, b) => Math.min(a, b))),
      lastEventAt: toIso(times.reduce((a, b) => Math.max(a, b))),
      note,
    };
    file.line(JSON.stringify(line));
  }
  file.close();
  return counts;
}

/** Numbers the lines per source as the sources do, in the order of time, and writes them. */
function createEventWriter(file: LineFile) {
  const sequences = new Map<string, number>();
  return (timed: Timed[]): void => {
    // By id at equal times: the order of making would tell who looked lawfully.
    timed.sort(
      (a, b) => a.at - b.at || ((a.event.eventId ?? '') < (b.event.eventId ?? '') ? -1 : 1),
    );
    for (const { event } of timed) {
      const sequence = (sequences.get(event.source.system) ?? 0) + 1;
      sequences.set(event.source.system, sequence);
      event.source.sequence = sequence;
      file.line(JSON.stringify(event));
    }
  };
}

/**
 * Writes a municipality at work to `out`: events.ndjson (sorted by time), reference/*.csv and
 * truth.ndjson, which names every unlawful look-up. The same options give the same bytes.
 */
export async function simulate(options: SimulateOptions): Promise<Summary> {
  const { out, officials: officialCount = 200, citizens = 25_000, days = 30, seed = 1 } = options;
  const startDay = Math.floor(
    Date.parse(`${options.startDate ?? '2026-01-05'}T00:00:00Z`) / DAY_MS,
  );
  const reference = join(out, 'reference');
  await mkdir(reference, { recursive: true });

  const town = createTown(citizens, startDay, days, seed);
  const officials = createOfficials(town, officialCount, seed);
  writeReferenceFiles(town, officials, reference, createRandom(seed, 'watchlist'));
  const excluded = createExclusions();
  const rows = createCsvFile(
    join(reference, 'caseload.csv'),
    'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo',
  );
  const file = createLineFile(join(out, 'events.ndjson'));
  try {
    const caseload = createCaseload(town, rows, createRandom(seed, 'caseload'), excluded);
    const scene = { town, officials, caseload, excluded, random: createRandom(seed, 'misuse') };
    const plan = planMisuse(scene, options.misuse ?? 'standard', options.incidents ?? null);
    const closedCaseOf = ({ official }: { official: (typeof officials)[number] }) =>
      caseload.anyClosed(official)?.caseRef ?? null;
    const record = createRecorder(town, createRandom(seed, 'events'), closedCaseOf);
    const nights = createRandom(seed, 'nights');
    const chance = createRandom(seed, 'casework');
    const work = createCasework({ town, officials, caseload, excluded, random: chance, record });
    work.plan();
    const write = createEventWriter(file);
    const count: WorkCount = { lookups: 0, covered: 0 };
    let events = 0;
    let unlawful = 0;
    for (let day = startDay; day < startDay + days; day++) {
      const timed = recordNightJob(town, day, nights);
      work.workDay(day, timed, count);
      for (const { visit, incident } of plan.byDay.get(day) ?? []) {
        const { caseRef } = coverOf(visit, scene);
        // Nothing to hide behind that day: then it was done without.
        if (visit.cover === 'own-case' && caseRef === null && incident.level === 'L4')
          incident.level = 'L2';
        record({ ...visit, caseRef, incident }, timed);
        unlawful++;
      }
      write(timed);
      events += timed.length;
      options.onProgress?.({ day: day - startDay + 1, days, events });
      // Lets a progress line or an abort through between two days.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return {
      out,
      officials: officialCount,
      citizens,
      days,
      events,
      lookups: count.lookups + unlawful,
      coveredShare: count.lookups === 0 ? 0 : count.covered / count.lookups,
      incidents: writeTruth(join(out, 'truth.ndjson'), town, plan.incidents),
    };
  } finally {
    rows.close();
    file.close();
  }
}
