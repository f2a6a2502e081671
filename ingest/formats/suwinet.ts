// The specific usage report of Suwinet-Inkijk is asked for per table and per role, so its columns
// differ; this is the mapping for the plainest one, and the one to copy for another.
import { csvMappingFormat } from './csv-mapping.ts';
import type { Format } from './format.ts';

export const SUWINET_MAPPING = `system: suwinet
delimiter: ";"
encoding: utf-8
zone: Europe/Amsterdam
datePattern: dd-MM-yyyy HH:mm:ss
empty: ["", "-"]
columns:
  occurredAt: Datum en tijd
  actor.id: Gebruikersnaam
  subject.bsn: BSN
  action: { column: Handeling, values: { Raadpleging: view, Raadplegen: view, Zoeken: search, Zoekvraag: search, Afdrukken: print } }
  query.key: { column: Zoeksleutel, values: { BSN: bsn, Burgerservicenummer: bsn, Naam: name, Adres: address, Postcode: address, Kenteken: plate, Perceel: parcel, Overig: other } }
  fields: Pagina
`;
const HEADER = ['Datum en tijd', 'Gebruikersnaam', 'BSN', 'Handeling', 'Zoeksleutel', 'Pagina'];

const table = csvMappingFormat(SUWINET_MAPPING);
export const suwinet: Format = {
  id: 'suwinet',
  version: 1,
  detect(sample) {
    const [first = ''] = sample
      .subarray(0, 4096)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/, 1);
    const names = new Set(first.split(';').map((name) => name.trim().replaceAll('"', '')));
    return HEADER.every((name) => names.has(name));
  },
  reader: table.reader,
};
