import { join } from 'node:path';
import { DAY_MS, fromAmsterdam, isoDay, toIso } from '../domain/time.ts';
import { MUNICIPALITY } from './constants.ts';
import { addressOf } from './households.ts';
import type { Official, Person, Town } from './model.ts';
import { isWorking } from './officials.ts';
import type { Random } from './random.ts';
import { type CsvFile, createCsvFile } from './write.ts';

/** Local wall-clock hour of a day as RFC 3339. */
const iso = (day: number, hour: number): string => {
  const local = fromAmsterdam(day * DAY_MS + hour * 3_600_000);
  return toIso('at' in local ? local.at : day * DAY_MS);
};
const bornOn = (p: Person): number => Math.floor(Date.UTC(p.birthYear, 0, 1) / DAY_MS) + p.birthDay;

function placeOf(address: number): (string | number)[] {
  const home = addressOf(address);
  const { addressId, street, houseNumber, postcode, municipality } = home;
  return [addressId, street, houseNumber, postcode, municipality ?? MUNICIPALITY];
}

function writePeople(town: Town, dir: string): void {
  const persons = createCsvFile(
    join(dir, 'persons.csv'),
    'personId,surname,surnamePrefix,birthDate,addressId,street,houseNumber,postcode,municipality,secrecy',
  );
  const addresses = createCsvFile(
    join(dir, 'addresses.csv'),
    'personId,addressId,street,houseNumber,postcode,municipality,validFrom,validTo',
  );
  for (const p of town.people.slice(0, town.citizens)) {
    const household = town.households[p.household];
    if (!household) continue;
    const where = placeOf(household.address);
    persons.row([p.id, p.surname, p.prefix, isoDay(bornOn(p)), ...where, p.secrecy]);
    addresses.row([p.id, ...where, isoDay(Math.max(household.sinceDay, bornOn(p))), '']);
    for (const { address, fromDay, toDay } of p.formerStays)
      addresses.row([p.id, ...placeOf(address), isoDay(fromDay), isoDay(toDay)]);
  }
  persons.close();
  addresses.close();
}

/** The register of the town knows the parents, children and partners of its residents, no others. */
function writeRelations(town: Town, dir: string): void {
  const file = createCsvFile(
    join(dir, 'relations.csv'),
    'personId,relatedPersonId,relation,validFrom,validTo',
  );
  const id = (index: number): string => town.people[index]?.id ?? '';
  const isKnown = (...pair: number[]) => pair.some((index) => index < town.citizens);
  town.people.forEach((p, index) => {
    for (const parent of p.parents)
      if (isKnown(index, parent)) file.row([p.id, id(parent), 'parent', isoDay(bornOn(p)), '']);
    if (p.partner !== null && index < p.partner && isKnown(index, p.partner))
      file.row([p.id, id(p.partner), 'partner', `${p.partnerSinceYear}-06-01`, '']);
    const ex = p.exPartner;
    if (ex !== null && index < ex.person && isKnown(index, ex.person))
      file.row([p.id, id(ex.person), 'partner', `${ex.fromYear}-06-01`, isoDay(ex.toDay)]);
  });
  file.close();
}

function writeOfficial(file: CsvFile, o: Official, person: string): void {
  const day = (at: number | null): string => (at === null ? '' : isoDay(at));
  const { change } = o;
  const firstUntil = change === null ? o.toDay : change.fromDay - 1;
  const first = [o.actorId, person, o.unit, o.role, o.managerId, day(o.fromDay), day(firstUntil)];
  file.row([...first, 'person']);
  if (change === null) return;
  const { unit, role, managerId, fromDay } = change;
  file.row([o.actorId, person, unit, role, managerId, day(fromDay), day(o.toDay), 'person']);
}

/** Must run before the first day, while everybody is still in the first post. */
function writeOfficials(town: Town, officials: Official[], dir: string): void {
  const staff = createCsvFile(
    join(dir, 'officials.csv'),
    'actorId,personId,unit,role,managerId,validFrom,validTo,kind',
  );
  const roster = createCsvFile(join(dir, 'roster.csv'), 'actorId,kind,from,to');
  for (const o of officials) {
    writeOfficial(staff, o, town.people[o.person]?.id ?? '');
    for (let at = town.startDay; at < town.startDay + town.days; at++)
      if (isWorking(o, at)) roster.row([o.actorId, 'shift', iso(at, 7), iso(at, 19)]);
    if (o.leave) roster.row([o.actorId, 'leave', isoDay(o.leave.fromDay), isoDay(o.leave.toDay)]);
    for (const { fromDay, toDay } of o.standby)
      roster.row([o.actorId, 'standby', iso(fromDay, 0), iso(toDay + 1, 0)]);
  }
  staff.row(['svc-brp-sync', '', 'ict', 'service', '', '', '', 'service']);
  staff.close();
  roster.close();
}

/** Six of the seven reference files; caseload.csv grows along with the work. */
export function writeReferenceFiles(
  town: Town,
  officials: Official[],
  dir: string,
  random: Random,
): void {
  writePeople(town, dir);
  writeRelations(town, dir);
  writeOfficials(town, officials, dir);
  const file = createCsvFile(join(dir, 'watchlist.csv'), 'personId,category,validFrom,validTo');
  for (const { person, category, fromDay } of town.watchlist)
    file.row([town.people[person]?.id ?? '', category, isoDay(fromDay), '']);
  for (const o of officials)
    if (o.person < town.citizens && random.chance(0.1))
      file.row([town.people[o.person]?.id ?? '', 'staff', '', '']);
  file.close();
}
