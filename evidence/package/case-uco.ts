import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { Bag } from './bag.ts';
import type { CaseFile, EvidenceRow } from './case-file.ts';
import type { WrittenEvents } from './events.ts';

type Node = { '@id': string; '@type': string } & { [key: string]: Json };
type Ref = { '@id': string };

const CONTEXT = {
  kb: 'http://example.org/kb/',
  'case-investigation': 'https://ontology.caseontology.org/case/investigation/',
  'uco-action': 'https://ontology.unifiedcyberontology.org/uco/action/',
  'uco-core': 'https://ontology.unifiedcyberontology.org/uco/core/',
  'uco-identity': 'https://ontology.unifiedcyberontology.org/uco/identity/',
  'uco-observable': 'https://ontology.unifiedcyberontology.org/uco/observable/',
  'uco-tool': 'https://ontology.unifiedcyberontology.org/uco/tool/',
  'uco-types': 'https://ontology.unifiedcyberontology.org/uco/types/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

const at = (iso: string): Json => ({ '@type': 'xsd:dateTime', '@value': iso });

/**
 * The case in CASE/UCO 1.4.0, as JSON-LD: who looked up whom, when, by which account, from which file
 * with which hash, and how the package came about. Ids derive from the case, so that the same case
 * gives the same graph.
 */
export function caseGraph(file: CaseFile, written: WrittenEvents, bag: Bag): Json {
  const id = (kind: string, key: string): string => {
    const h = createHash('sha256').update(`${file.caseId}\0${kind}\0${key}`).digest('hex');
    // The form of a name-based UUID; SHA-256 instead of the SHA-1 of version 5.
    return `kb:${kind}-${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
  };
  const nodes: Node[] = [];
  const add = (kind: string, key: string, type: string, rest: Record<string, Json>): Ref => {
    const ref = { '@id': id(kind, key) };
    nodes.push({ ...ref, '@type': type, ...rest });
    return ref;
  };
  const people = new Map<string, Ref>();
  const person = (token: string): Ref => {
    const known = people.get(token);
    if (known !== undefined) return known;
    const name = file.identities[token] ?? token;
    const ref = add('Person', token, 'uco-identity:Person', { 'uco-core:name': name });
    people.set(token, ref);
    return ref;
  };

  const accounts = new Map<string, Ref>();
  const account = (token: string): Ref => {
    const known = accounts.get(token);
    if (known !== undefined) return known;
    const ref = add('Account', token, 'uco-observable:ApplicationAccount', {
      'uco-core:hasFacet': [
        {
          '@id': id('AccountFacet', token),
          '@type': 'uco-observable:AccountFacet',
          'uco-observable:accountIdentifier': file.identities[token] ?? token,
        },
      ],
    });
    accounts.set(token, ref);
    return ref;
  };
  const files = [
    ...written.rawFiles.map(({ path }) => path),
    'data/events/canonical.ndjson',
    'data/events/canonical.csv',
  ].map((path) => fileNode(path, bag.digestOf(path) ?? '', add, id));
  const lookups = written.episode.map((row) => lookup(row, account, person, add));
  const tool = add('Tool', file.tool.name, 'uco-tool:Tool', {
    'uco-core:name': file.tool.name,
    'uco-tool:version': file.tool.version,
  });
  const organisation = add('Organization', file.organisation.name, 'uco-identity:Organization', {
    'uco-core:name': file.organisation.name,
  });
  const record = add('ProvenanceRecord', 'export', 'case-investigation:ProvenanceRecord', {
    'uco-core:description': 'Original lines and canonical events of this case, as exported.',
    'uco-core:object': files,
  });
  const exported = add('InvestigativeAction', 'export', 'case-investigation:InvestigativeAction', {
    'uco-core:name': 'Export of the evidence package',
    'uco-action:startTime': at(file.approval.approvedAt),
    'uco-action:endTime': at(file.preparedAt),
    'uco-action:performer': organisation,
    'uco-action:instrument': [tool],
    'uco-action:object': files,
    'uco-action:result': [record],
  });
  add('Investigation', file.caseId, 'case-investigation:Investigation', {
    'uco-core:name': file.caseId,
    'uco-core:description': file.ground.text,
    'uco-core:object': [exported, record, ...lookups],
  });
  return { '@context': CONTEXT, '@graph': nodes };
}

type Add = (kind: string, key: string, type: string, rest: Record<string, Json>) => Ref;

function fileNode(
  path: string,
  sha256: string,
  add: Add,
  id: (k: string, key: string) => string,
): Ref {
  return add('File', path, 'uco-observable:File', {
    'uco-core:hasFacet': [
      {
        '@id': id('FileFacet', path),
        '@type': 'uco-observable:FileFacet',
        'uco-observable:fileName': path.slice(path.lastIndexOf('/') + 1),
        'uco-observable:filePath': path,
      },
      {
        '@id': id('ContentDataFacet', path),
        '@type': 'uco-observable:ContentDataFacet',
        'uco-observable:hash': [
          {
            '@id': id('Hash', path),
            '@type': 'uco-types:Hash',
            // A plain string, as UCO 1.4.0 asks: the vocabulary's own type will be an error in 2.0.0.
            'uco-types:hashMethod': 'SHA256',
            'uco-types:hashValue': { '@type': 'xsd:hexBinary', '@value': sha256.toUpperCase() },
          },
        ],
      },
    ],
  });
}

function lookup(
  { event }: EvidenceRow,
  account: (token: string) => Ref,
  person: (token: string) => Ref,
  add: Add,
): Ref {
  return add('Action', `${event.system}\0${event.eventId}`, 'uco-action:Action', {
    'uco-core:name': `${event.action} (${event.system})`,
    'uco-action:startTime': at(event.occurredAt),
    ...(event.actor === null
      ? {}
      : {
          'uco-action:performer': person(event.actor.token),
          'uco-action:instrument': [account(event.actor.token)],
        }),
    ...(event.subject === null ? {} : { 'uco-action:object': [person(event.subject)] }),
  });
}

export const caseJsonLd = (file: CaseFile, written: WrittenEvents, bag: Bag): string =>
  `${canonicalJson(caseGraph(file, written, bag))}\n`;
