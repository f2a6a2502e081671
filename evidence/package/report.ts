import { taggedPdf, type Writer } from '../pdf.ts';
import type { CaseFile, EvidenceRow } from './case-file.ts';
import type { WrittenEvents } from './events.ts';
import { REFERRAL } from './texts.ts';

/** Lookups listed in the report; the canonical table has all of them. */
const MAX_LISTED = 400;

const listed = (texts: readonly string[], none: string): string[] =>
  texts.length > 0 ? [...texts] : [none];
const period = (from: string | null, to: string | null): string =>
  `${from ?? 'onbekend'} tot ${to ?? 'heden'}`;
const decimal = (value: number | null): string =>
  value === null ? 'onbekend' : value.toLocaleString('nl-NL', { maximumFractionDigits: 2 });

/**
 * The report in Dutch: tagged PDF/A-2a with embedded fonts. Its dates are those of the case, so the
 * same case file gives the same bytes.
 */
export async function writeReport(
  file: CaseFile,
  written: WrittenEvents,
  signer: string,
): Promise<Buffer> {
  return taggedPdf(
    {
      title: `Bewijsrapport ${file.caseId}`,
      author: file.organisation.name,
      subject: 'Raadplegingen van persoonsgegevens',
      creator: `${file.tool.name} ${file.tool.version}`,
      language: 'nl',
      at: new Date(file.preparedAt),
    },
    (write) => {
      cover(write, file, signer);
      story(write, file, written);
      judgement(write, file);
      custody(write, file);
    },
  );
}

const nameOf = (file: CaseFile, token: string | null): string =>
  token === null ? '' : (file.identities[token] ?? token);

function cover(write: Writer, file: CaseFile, signer: string): void {
  const { approval, ground, referral } = file;
  write.heading(1, `Bewijsrapport ${file.caseId}`);
  write.paragraph(
    `Opgesteld door ${file.organisation.name} (${file.organisation.contact}) naar de stand van ${file.preparedAt}. ` +
      'Alle tijden zijn in UTC. Een melding beschuldigt niemand: dit rapport geeft feiten, wat ernaar is gezocht en wat niet bekend is.',
  );
  if (file.isSilent)
    write.paragraph(
      'VERTROUWELIJK. De betrokken medewerker en de ingeziene personen weten hier nog niet van en mogen het zonder overleg met het OM niet horen.',
    );
  write.heading(2, 'Grond, goedkeuring en aard');
  write.list([
    `Grond: ${ground.code}; protocol: ${ground.article}. ${ground.text}`,
    `Aangevraagd door ${approval.requestedBy} op ${approval.requestedAt}; goedgekeurd door ${approval.approvedBy} op ${approval.approvedAt}. Reden: ${approval.reason}`,
    `Herleid tot personen: ${approval.covers.length} kenmerken; alle andere personen staan hier als kenmerk.`,
    ...referral.kinds.map((kind) => `${REFERRAL[kind].nl}. ${REFERRAL[kind].hint.nl}`),
    ...(referral.note === '' ? [] : [referral.note]),
    `Vingerafdruk van de ondertekenende sleutel (SHA-256): ${signer}`,
  ]);
}

function story(write: Writer, file: CaseFile, written: WrittenEvents): void {
  write.heading(2, 'Medewerker, bevoegdheid en rooster');
  write.list([
    ...listed(
      file.officials.map((token) => `Medewerker: ${nameOf(file, token)}`),
      'De meldingen gaan over een persoon en verschillende medewerkers.',
    ),
    ...listed(file.identityResolution, 'Niet vastgelegd hoe account en persoon zijn gekoppeld.'),
    ...listed(
      file.authorisations.map((a) => `${a.what}: ${period(a.from, a.to)} (bron: ${a.source})`),
      'Bevoegdheden ten tijde van de raadplegingen: niet aangeleverd.',
    ),
    ...listed(
      file.roster.map((r) => `Rooster: ${r.what}, ${period(r.from, r.to)}`),
      'Rooster: niet aangeleverd.',
    ),
  ]);
  write.heading(2, 'Redenen van de meldingen');
  for (const alert of file.alerts) {
    const reasons = (alert['reasons'] ?? []) as { text?: { nl?: string } }[];
    write.paragraph(`Melding ${alert.alertId} (${String(alert['typology'] ?? 'onbekend')})`);
    write.list(reasons.flatMap((r) => r.text?.nl ?? []));
  }
  write.heading(2, 'Raadplegingen');
  write.paragraph(
    `${written.count} gebeurtenissen in dit pakket, waarvan ${written.episodes} waarover de meldingen gaan` +
      `${written.episodes > MAX_LISTED ? `; hieronder de eerste ${MAX_LISTED}` : ''}. Alle staan in data/events/canonical.csv. ` +
      `Van ${written.missingLines} gebeurtenissen is de oorspronkelijke regel niet bewaard; van ${written.withheldLines} is zij niet opgenomen, omdat er anderen op staan.`,
  );
  write.table(
    ['Tijd (UTC)', 'Systeem', 'Handeling', 'Persoon', 'Gezocht op', 'Zaak'],
    [98, 60, 60, 150, 60, 55],
    written.episode.slice(0, MAX_LISTED).map((row) => lookupCells(file, row)),
  );
}

const lookupCells = (file: CaseFile, { event }: EvidenceRow): string[] => [
  event.occurredAt.replace('T', ' ').replace('.000Z', 'Z'),
  event.system,
  event.outcome === 'success' ? event.action : `${event.action} (${event.outcome})`,
  nameOf(file, event.subject),
  event.queryKey ?? '',
  event.caseRef === null ? 'geen' : 'vermeld',
];

function judgement(write: Writer, file: CaseFile): void {
  const { baseline } = file;
  write.heading(2, 'Waarnaar is gezocht ter verklaring');
  write.table(
    ['Bron', 'Gezocht naar', 'Beschikbaar', 'Gevonden'],
    [130, 220, 65, 65],
    file.explanation.map((e) => [
      e.source,
      e.lookedFor,
      e.isAvailable ? 'ja' : 'nee',
      e.isAvailable ? String(e.found) : 'niet te beoordelen',
    ]),
  );
  write.heading(2, 'Vergelijking met gebruikelijk werk');
  write.paragraph(
    `Vergeleken met ${baseline.peerGroup.name} (${decimal(baseline.peerGroup.officials)} medewerkers), ${period(baseline.from, baseline.to)}.`,
  );
  write.table(
    ['Getal', 'Waargenomen', 'Gebruikelijk', 'Eenheid'],
    [210, 90, 90, 90],
    baseline.numbers.map((n) => [n.name, decimal(n.observed), decimal(n.usual), n.unit]),
  );
  write.heading(2, 'Wat voor de medewerker spreekt');
  write.list(
    listed(file.exculpatory, 'Niets vastgelegd; er is naar gezocht zoals hierboven vermeld.'),
  );
  write.heading(2, 'Beperkingen, gaten en klokken');
  write.list([
    ...file.limitations,
    ...listed(
      file.gaps.map((g) => `Gat in ${g.system}: ${period(g.from, g.to)}. ${g.reason}`),
      'Geen gaten in de logbestanden bekend in deze periode.',
    ),
    ...file.clocks.map((clock) =>
      clock.offsetMs === null
        ? `Klok van ${clock.system}: afwijking niet bekend (${clock.source}).`
        : `Klok van ${clock.system}: afwijking ${decimal(clock.offsetMs)} ms (${clock.source}).`,
    ),
  ]);
}

const nameOfBy = (by: unknown): string =>
  typeof by === 'string' ? by : String((by as { name?: unknown } | undefined)?.name ?? '');

function custody(write: Writer, file: CaseFile): void {
  write.heading(2, 'Wie deze zaak behandelde');
  write.table(
    ['Tijd (UTC)', 'Wat', 'Wie', 'In logboek'],
    [120, 150, 150, 60],
    file.custody
      .slice(-MAX_LISTED)
      .map(({ time, record, step, uid }) => [
        time,
        String(step?.['typeUid'] ?? record.kind),
        nameOfBy(step?.['by'] ?? record['by']),
        uid === null ? 'nee' : 'ja',
      ]),
  );
  write.heading(2, 'Controleren');
  write.paragraph(
    'README.nl.md beschrijft de controle met sha256sum, openssl en het meegeleverde verify.mjs. ' +
      'De handtekening dekt elk bestand; het controlepunt in data/log dekt elke gebeurtenis zoals die binnenkwam.',
  );
}
