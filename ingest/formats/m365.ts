// Microsoft 365 unified audit log. `CreationTime` is UTC although it says no zone.
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { agreedAction } from './agreement.ts';
import { parseJson } from './canonical.ts';
import { fromUtcWithoutZone } from './instants.ts';
import { firstAt, type Json, objectOf, own, textOf, wholeOf } from './json-fields.ts';
import {
  dead,
  type Found,
  holdsAll,
  jsonFormat,
  missingOrInvalid,
  notAnAccess,
  shortened,
} from './records.ts';

const BY_ACTION: Readonly<Partial<Record<Action, string>>> = {
  view: 'FileAccessed FileAccessedExtended FilePreviewed PageViewed PageViewedExtended MailItemsAccessed ClientViewSignaled FileVisited',
  export:
    'FileDownloaded FileSyncDownloadedFull FileSyncDownloadedPartial SearchExported ExportJob',
  search:
    'SearchQueryPerformed SearchQueryInitiatedSharePoint SearchQueryInitiatedExchange SearchStarted SearchCreated',
  list: 'ListViewed FolderViewed ListItemViewed',
  create: 'FileUploaded FileUploadedPartial FileCopied FolderCreated ListItemCreated',
  update:
    'FileModified FileModifiedExtended FileRenamed FileMoved FolderModified FolderRenamed ListItemUpdated MoveToDeletedItems FileCheckedIn FileCheckedOut FileRestored',
  delete:
    'FileDeleted FileRecycled FileDeletedFirstStageRecycleBin FileDeletedSecondStageRecycleBin FolderDeleted FolderRecycled ListItemDeleted ListItemRecycled HardDelete SoftDelete',
  print: 'FilePrinted',
};
const OPERATIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries(BY_ACTION).flatMap(([action, names]) =>
    names.split(' ').map((name) => [name, action as Action] as const),
  ),
);
/** Directory and sign-in records: accounts, not somebody's data. */
const DIRECTORY = new Set([8, 9, 15]);
const isFailed = (status: string | null): boolean =>
  status !== null && /^(?:failed|failure|false)$/i.test(status);

/** The record itself: exports and queries put it into `AuditData`, as an object or as text. */
function recordOf(json: Json): Json | null {
  const inner = own(json, 'AuditData') ?? own(json, 'auditData');
  if (typeof inner !== 'string') return inner === undefined ? json : objectOf(inner);
  const parsed = parseJson(Buffer.from(inner));
  return parsed.kind === 'ok' ? parsed.value : null;
}

export const m365 = jsonFormat({
  id: 'm365',
  version: 1,
  detect: (sample) =>
    ['"', '\\"'].some((q) =>
      holdsAll(sample, `${q}CreationTime${q}`, `${q}Workload${q}`, `${q}Operation${q}`),
    ),
  recordOf: (json) => recordOf(json) ?? json,
  read(outer, agreement): readonly Found[] {
    const json = recordOf(outer);
    if (json === null) return [dead('invalid-field', 'AuditData')];
    const text = (key: string): string | null => textOf(own(json, key));
    const id = text('Id');
    if (id === null) return [missingOrInvalid(own(json, 'Id'), 'Id')];
    const name = text('Operation');
    if (name === null) return [missingOrInvalid(own(json, 'Operation'), 'Operation')];
    const action = agreedAction(agreement, name) ?? OPERATIONS.get(name) ?? null;
    if (action === null) {
      const isDirectory =
        DIRECTORY.has(wholeOf(own(json, 'RecordType')) ?? -1) ||
        text('Workload') === 'AzureActiveDirectory';
      return [isDirectory ? notAnAccess : dead('unknown-operation', 'Operation')];
    }
    const user = text('UserId') ?? text('UserKey');
    // 4 system, 5 application, 6 service principal.
    const isSystem = [4, 5, 6].includes(wholeOf(own(json, 'UserType')) ?? 0);
    const object = text('ObjectId') ?? text('SourceFileName');
    const time = own(json, 'CreationTime');
    const ip = text('ClientIP') ?? text('ClientIPAddress');
    return [
      ok({
        eventId: id,
        requestId: text('CorrelationId'),
        occurredAt: time === undefined || time === null ? null : fromUtcWithoutZone(time),
        timeField: 'CreationTime',
        source: { system: 'm365', instance: text('Workload')?.slice(0, 128) },
        actor: user === null ? null : { id: user, ...(isSystem ? { kind: 'system' } : {}) },
        action,
        outcome: isFailed(text('ResultStatus')) ? 'error' : 'success',
        subject: null,
        ...(object === null ? {} : { object: { kind: 'document', id: shortened(object) } }),
        device: { ip: ip ?? undefined },
        sessionId: firstAt(json, 'SessionId', 'AppAccessContext.AADSessionId'),
      }),
    ];
  },
});
