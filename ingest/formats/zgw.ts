// Audit trail of the ZGW APIs: what was done to a case, not who was looked up. The whole old and new
// objects (`wijzigingen`) are never taken over.
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { agreedAction } from './agreement.ts';
import { fromText } from './instants.ts';
import { own, textOf, wholeOf } from './json-fields.ts';
import { dead, type Found, holdsAll, jsonFormat, missingOrInvalid, shortened } from './records.ts';

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['create', 'create'],
  ['update', 'update'],
  ['partial_update', 'update'],
  ['destroy', 'delete'],
  ['list', 'list'],
  ['retrieve', 'view'],
]);
/** What the main object of an API is, by the code in `bron`. */
const KINDS: ReadonlyMap<string, 'case' | 'document'> = new Map([
  ['ZRC', 'case'],
  ['DRC', 'document'],
]);
const lastPart = (url: string): string => url.replace(/\/+$/, '').split('/').at(-1) ?? url;

export const zgw = jsonFormat({
  id: 'zgw',
  version: 1,
  detect: (sample) => holdsAll(sample, '"hoofdObject"', '"actie"', '"aanmaakdatum"'),
  read(json, agreement): readonly Found[] {
    const text = (key: string): string | null => textOf(own(json, key));
    const uuid = text('uuid');
    if (uuid === null) return [missingOrInvalid(own(json, 'uuid'), 'uuid')];
    const name = text('actie');
    const action = agreedAction(agreement, name) ?? ACTIONS.get(name ?? '') ?? null;
    if (action === null)
      return [
        name === null
          ? missingOrInvalid(own(json, 'actie'), 'actie')
          : dead('unknown-operation', 'actie'),
      ];
    const status = wholeOf(own(json, 'resultaat'));
    if (status === null) return [missingOrInvalid(own(json, 'resultaat'), 'resultaat')];
    const time = own(json, 'aanmaakdatum');
    const main = text('hoofdObject');
    const kind = KINDS.get((text('bron') ?? '').toUpperCase());
    const user = text('gebruikersId');
    const resource = text('resource');
    return [
      ok({
        eventId: uuid,
        occurredAt: time === undefined || time === null ? null : fromText(time),
        timeField: 'aanmaakdatum',
        source: { system: 'zgw', instance: text('bron')?.slice(0, 128) },
        // The application is no person: without a user the actor is not known.
        actor: user === null ? null : { id: user },
        action,
        outcome: status === 401 || status === 403 ? 'denied' : status >= 400 ? 'error' : 'success',
        subject: null,
        ...(main === null || kind === undefined
          ? {}
          : { object: { kind, id: shortened(lastPart(main)) } }),
        query: { key: 'other' },
        fields: resource === null ? undefined : [resource],
        purpose: {
          text: text('toelichting') ?? undefined,
          caseRef: kind === 'case' && main !== null ? shortened(lastPart(main)) : undefined,
        },
      }),
    ];
  },
});
