// GEMMA Verwerkingenlogging: one processing with the persons it touched. The official is optional
// in the standard; `afnemerId` is who receives the data, never the person looked up.
import { z } from 'zod';
import { ok } from '../../domain/outcome.ts';
import { agreedAction } from './agreement.ts';
import { fromText } from './instants.ts';
import { bsnSubject } from './json-fields.ts';
import { actionOfName } from './operations.ts';
import { dead, eventIdOf, type Found, holdsAll, jsonFormat, MAX_PERSONS } from './records.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const uuid = z.string().regex(UUID);
const url = z
  .string()
  .min(1)
  .max(2042)
  .regex(/^[a-z][a-z0-9+.-]*:\S+$/i);
const name = z.string().max(242);
const number = z.string().max(40);
const DURATION =
  /^P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

/** Component schema `VerwerkingsactieUitgebreid` of the API of 2024, without its descriptions. */
const Entry = z.object({
  url,
  actieId: uuid,
  actieNaam: name.optional(),
  handelingNaam: name.optional(),
  verwerkingNaam: name.optional(),
  verwerkingId: uuid.optional(),
  verwerkingsactiviteitId: uuid.optional(),
  verwerkingsactiviteitUrl: url.optional(),
  vertrouwelijkheid: z.enum(['normaal', 'vertrouwelijk', 'opgeheven']),
  bewaartermijn: z.string().regex(DURATION).optional(),
  // The standard's own pattern has no anchors, so twenty digits anywhere are enough.
  uitvoerder: z
    .string()
    .regex(/[0-9]{20}/)
    .optional(),
  systeem: name.optional(),
  gebruiker: number.optional(),
  gegevensbron: name.optional(),
  soortAfnemerId: name.optional(),
  afnemerId: number.optional(),
  verwerkingsactiviteitIdAfnemer: uuid.optional(),
  verwerkingsactiviteitUrlAfnemer: url.optional(),
  verwerkingIdAfnemer: uuid.optional(),
  tijdstip: z.string(),
  tijdstipRegistratie: z.string(),
  verwerkteObjecten: z.array(
    z.object({
      url,
      verwerktObjectId: uuid,
      objecttype: z.literal('persoon'),
      soortObjectId: name,
      objectId: number,
      betrokkenheid: name.optional(),
      verwerkteSoortenGegevens: z.array(z.object({ soortGegeven: name })).optional(),
    }),
  ),
});
type Entry = z.infer<typeof Entry>;

/** The path as readers of the standard write it: `verwerkteObjecten[0].objectId`. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  );

function faultOf(error: z.ZodError): Found {
  const [issue] = error.issues;
  const field = pathOf(issue?.path ?? []);
  if (issue?.code === 'too_big') return dead('text-too-long', field);
  const isAbsent = issue?.code === 'invalid_type' && issue.message.endsWith('undefined');
  return dead(isAbsent ? 'missing-field' : 'invalid-field', field);
}

export const gemma = jsonFormat({
  id: 'gemma',
  version: 1,
  detect: (sample) => holdsAll(sample, '"verwerkteObjecten"', '"actieId"'),
  read(json, agreement): readonly Found[] {
    const checked = Entry.safeParse(json);
    if (!checked.success) return [faultOf(checked.error)];
    const entry = checked.data;
    if (entry.verwerkteObjecten.length > MAX_PERSONS)
      return [dead('too-many-persons', 'verwerkteObjecten')];
    const registered = fromText(entry.tijdstipRegistratie);
    if ('error' in registered) return [dead(registered.error, 'tijdstipRegistratie')];
    const operation = entry.actieNaam ?? entry.handelingNaam ?? entry.verwerkingNaam ?? '';
    const action = agreedAction(agreement, operation) ?? actionOfName(operation);
    if (action === null) return [dead('unknown-operation', 'actieNaam')];
    const base = {
      requestId: entry.actieId,
      occurredAt: fromText(entry.tijdstip),
      timeField: 'tijdstip',
      source: { system: 'gemma', instance: entry.systeem?.slice(0, 128) },
      actor: entry.gebruiker ? { id: entry.gebruiker } : null,
      action,
      purpose: { code: entry.verwerkingsactiviteitId ?? entry.verwerkingsactiviteitUrl },
      traceId: entry.verwerkingId ?? null,
      confidential: confidentialityOf(entry),
    };
    const persons = entry.verwerkteObjecten;
    if (persons.length === 0) return [ok({ ...base, eventId: entry.actieId, subject: null })];
    return persons.map((person, i) =>
      ok({
        ...base,
        eventId: eventIdOf(entry.actieId, person.verwerktObjectId),
        query: { key: 'other' as const, resultCount: persons.length },
        fields: person.verwerkteSoortenGegevens?.map((kind) => kind.soortGegeven),
        subject: subjectOf(person),
        subjectField: `verwerkteObjecten[${i}].objectId`,
      }),
    );
  },
});

/** Whether the person may not hear of it (yet): `opgeheven` lifts what was, for the whole processing. */
const confidentialityOf = ({ vertrouwelijkheid, verwerkingId }: Entry) =>
  vertrouwelijkheid === 'normaal'
    ? null
    : {
        ...(verwerkingId === undefined ? {} : { processing: verwerkingId }),
        isLifted: vertrouwelijkheid === 'opgeheven',
      };

const subjectOf = (person: Entry['verwerkteObjecten'][number]) =>
  person.soortObjectId.toUpperCase() === 'BSN'
    ? bsnSubject(person.objectId)
    : { scheme: 'local' as const, id: person.objectId };
