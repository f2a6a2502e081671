import type { CaseFile, ReferralKind } from './case-file.ts';

/** Which duty each kind of referral brings, for the report. Pointers for a lawyer, no advice. */
export const REFERRAL: Record<
  ReferralKind,
  { nl: string; en: string; hint: { nl: string; en: string } }
> = {
  viewed: {
    nl: 'Ingezien',
    en: 'Viewed',
    hint: {
      nl: 'Inzien ver buiten de eigen bevoegdheid kan computervredebreuk zijn (art. 138ab Sr); aangifte is een keuze van de organisatie, na overleg met de Rijksrecherche.',
      en: 'Looking far beyond one’s authorisation can be computer trespass (art. 138ab Sr); reporting is a choice of the organisation, after consulting the Rijksrecherche.',
    },
  },
  'passed-on': {
    nl: 'Doorgegeven',
    en: 'Passed on',
    hint: {
      nl: 'Doorgeven kan schending van een geheim zijn (art. 272 Sr). Toets of de aangifteplicht van art. 162 Sv geldt.',
      en: 'Passing on can be a breach of secrecy (art. 272 Sr). Check whether the duty to report of art. 162 Sv applies.',
    },
  },
  paid: {
    nl: 'Betaald of onder druk',
    en: 'Paid or pressed',
    hint: {
      nl: 'Aannemen van een gift of belofte (art. 363 Sr): aangifte is verplicht (art. 162 Sv), ook als de persoon onbekend is. Geen disciplinaire stap zonder overleg met het OM.',
      en: 'Accepting a gift or promise (art. 363 Sr): reporting is obligatory (art. 162 Sv), even if the person is unknown. No disciplinary step without consulting the public prosecutor.',
    },
  },
};

const COMMANDS = `sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt
sha512sum -c manifest-sha512.txt
openssl pkeyutl -verify -pubin -inkey signatures/signer-ed25519.pub.pem -rawin -in tagmanifest-sha256.txt -sigfile signatures/tagmanifest-sha256.txt.ed25519
openssl pkey -pubin -in signatures/signer-ed25519.pub.pem -outform DER | sha256sum
node data/verify.mjs --fingerprint VINGERAFDRUK`;
const OPTIONAL = `openssl cms -verify -binary -cades -inform DER -in signatures/tagmanifest-sha256.txt.p7s -content tagmanifest-sha256.txt -CAfile ca.pem -purpose any -out /dev/null
openssl ts -verify -data tagmanifest-sha256.txt -in signatures/tagmanifest-sha256.txt.tsr -CAfile ca.pem`;

/** For a receiver who has none of our software. */
export const readmeNl = (file: CaseFile): string => `# Bewijspakket ${file.caseId}

Dit pakket is een BagIt 1.0-map (RFC 8493). Het is opgesteld door ${file.organisation.name}
(${file.organisation.contact}) en spreekt over de stand van ${file.preparedAt}.

## Controleren, zonder onze software

Voer uit in de bovenste map (Linux, macOS of WSL):

    ${COMMANDS.replaceAll('\n', '\n    ')}

De vierde regel toont de vingerafdruk van de sleutel. Vergelijk die met de vingerafdruk die de afzender
langs een andere weg bekend heeft gemaakt: de sleutel in het pakket bewijst op zichzelf niets.
Alleen als de bestanden er zijn, zegel en tijdstempel:

    ${OPTIONAL.replaceAll('\n', '\n    ')}

\`verify.mjs\` (Node.js 18 of nieuwer, geen andere bestanden nodig) controleert ook de keten van
gebeurtenissen, de oorspronkelijke regels en het bewijs dat elke gebeurtenis in het ondertekende
logboek stond. Uitkomst \`genuine\`: heel, en van de sleutel die u opgaf. \`intact\`: heel, maar u gaf
geen vingerafdruk. \`unsigned\` of \`invalid\`: gebruik het pakket niet.

## Wat waar staat

- \`data/report/rapport.pdf\`: het rapport, om te lezen
- \`data/events/raw/\`: oorspronkelijke regels, byte voor byte, voor zover de goedkeuring ze dekt
- \`data/events/canonical.ndjson\`, \`canonical.csv\`: alle gebeurtenissen in één vorm; personen zijn kenmerken (tokens)
- \`data/alerts/\`, \`data/context/\`: meldingen met hun getallen, vergelijking, verklaringen, ontlastende feiten, beperkingen
- \`data/custody/\`: wie wat met deze zaak deed, en de goedkeuring
- \`data/log/\`: ondertekend controlepunt en bewijzen (RFC 6962, C2SP)
- \`data/ontology/case.jsonld\`: CASE/UCO 1.4.0
- \`data/schema/\`: JSON Schema van elk bestand

Kenmerken zonder naam in \`data/context/identity.json\` betreffen personen die de goedkeuring niet dekt.
`;

export const readmeEn = (file: CaseFile): string => `# Evidence package ${file.caseId}

This package is a BagIt 1.0 folder (RFC 8493), made by ${file.organisation.name}
(${file.organisation.contact}). It speaks of the state at ${file.preparedAt}.

## Checking it without our software

In the top folder (Linux, macOS or WSL):

    ${COMMANDS.replaceAll('\n', '\n    ').replace('VINGERAFDRUK', 'FINGERPRINT')}

The fourth line shows the fingerprint of the key. Compare it with the one that the sender published by
another way: the key inside proves nothing by itself. Seal and time stamp, where the files are there:

    ${OPTIONAL.replaceAll('\n', '\n    ')}

\`verify.mjs\` (Node.js 18 or newer, no other files needed) also checks the chain of events, the original
lines, and the proof that each event stood in the signed log. \`genuine\`: whole, and by the key you
named. \`intact\`: whole, but you named no fingerprint. \`unsigned\` or \`invalid\`: do not use the package.

## What is where

- \`data/report/rapport.pdf\`: the report, to read (Dutch)
- \`data/events/raw/\`: original lines, byte for byte, as far as the approval covers them
- \`data/events/canonical.ndjson\`, \`canonical.csv\`: all events in one form; persons are tokens
- \`data/alerts/\`, \`data/context/\`: alerts with their numbers, comparison, explanations, exculpatory facts, limits
- \`data/custody/\`: who did what about this case, and the approval
- \`data/log/\`: signed checkpoint and proofs (RFC 6962, C2SP)
- \`data/ontology/case.jsonld\`: CASE/UCO 1.4.0
- \`data/schema/\`: JSON Schema of every file

Tokens without a name in \`data/context/identity.json\` are persons whom the approval does not cover.
`;
