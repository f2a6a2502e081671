import { join } from 'node:path';
import { DAY_MS, fromAmsterdam, isoDay, toIso } from '../domain/time.ts';
import { MUNICIPALITY } from './constants.ts';
import { addressOf } from './households.ts';
import type { Official, Person, Town } from './model.ts';
import { isWorking } from './officials.ts';
import type { Random } from './random.ts';
import { createCsvFile } from './write.ts';

/** Local wall-clock hour of a day as RFC 3339. */
const iso = (day: number, hour: number): string => {
  const local = fromAmsterdam(day * DAY_MS + hour * 3_600_000);
  return toIso('at' in local ? local.at : day * DAY_MS);
};
const birthDate = (p: Person): string =>
  isoDay(Math.floor(Date.UTC(p.birthYear, 0, 1) / DAY_MS) + p.birthDay);

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
    const home = addressOf(household.address);
    const where = [home.addressId, home.street, home.houseNumber, home.postcode, MUNICIPALITY];
    persons.row([p.id, p.surname, p.prefix, birthDate(p), ...where, p.secrecy]);
    const since = Math.max(household.sinceDay, Math.floor(Date.UTC(p.birthYear, 0, 1) / DAY_MS));
    addresses.row([p.id, ...where, isoDay(since), '']);
    if (p.formerAddress === null || p.formerAddress === household.address) continue;
    const old = addressOf(p.formerAddress);
    const before = [old.addressId, old.street, old.houseNumber, old.postcode, MUNICIPALITY];
    addresses.row([p.id, ...before, isoDay(since - 900), isoDay(since - 1)]);
  }
  persons.close();
  addresses.close();
}

function writeRelations(town: Town, dir: string): void {
  const file = createCsvFile(
    join(dir, 'relations.csv'),
    'personId,relatedPersonId,relation,validFrom,validTo',
  );
  const id = (index: number): string => town.people[index]?.id ?? '';
  town.people.forEach((p, index) => {
    for (const parent of p.parents) file.row([p.id, id(parent), 'parent', birthDate(p), '']);
    if (p.partner !== null && index < p.partner)
      file.row([p.id, id(p.partner), 'partner', `${p.partnerSinceYear}-06-01`, '']);
    const ex = p.exPartner;
    if (ex !== null && index < ex.person)
      file.row([p.id, id(ex.person), 'partner', `${ex.fromYear}-06-01`, isoDay(ex.toDay)]);
  });
  file.close();
}

function writeOfficials(town: Town, officials: Official[], days: number, dir: string): void {
  const staff = createCsvFile(
    join(dir, 'officials.csv'),
    'actorId,personId,unit,role,managerId,validFrom,validTo,kind',
  );
  const roster = createCsvFile(join(dir, 'roster.csv'), 'actorId,kind,from,to');
  const day = (at: number | null): string => (at === null ? '' : isoDay(at));
  for (const o of officials) {
    const person = town.people[o.person]?.id ?? '';
    const window = [day(o.fromDay), day(o.toDay)];
    staff.row([o.actorId, person, o.unit, o.role, o.managerId, ...window, 'person']);
    for (let at = town.startDay; at < town.startDay + days; at++)
      if (isWorking(o, at)) roster.row([o.actorId, 'shift', iso(at, 7), iso(at, 19)]);
    if (o.leave) roster.row([o.actorId, 'leave', isoDay(o.leave.fromDay), isoDay(o.leave.toDay)]);
  }
  staff.row(['svc-brp-sync', '', 'ict', 'service', '', '', '', 'service']);
  staff.close();
  roster.close();
}

/** Six of the seven reference files; caseload.csv grows along with the work. */
export function writeReferenceFiles(
  town: Town,
  officials: Official[],
  days: number,
  dir: string,
  random: Random,
): void {
  writePeople(town, dir);
  writeRelations(town, dir);
  writeOfficials(town, officials, days, dir);
  const file = createCsvFile(join(dir, 'watchlist.csv'), 'personId,category,validFrom,validTo');
  for (const { person, category, fromDay } of town.watchlist)
    file.row([town.people[person]?.id ?? '', category, isoDay(fromDay), '']);
  for (const o of officials)
    if ((town.people[o.person]?.isLocal ?? false) && random.chance(0.1))
      file.row([town.people[o.person]?.id ?? '', 'staff', '', '']);
  file.close();
}
