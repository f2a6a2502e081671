import { AppError } from '../domain/errors.ts';
import { newId } from './case-work.ts';
import type { Fold, Journal } from './journal.ts';
import type { Reviewer } from './reviewer.ts';

/** Filters under a name, of one reviewer or for all. */
export type SavedView = {
  viewId: string;
  owner: string;
  name: string;
  query: Record<string, string | string[]>;
  isShared: boolean;
  isRemoved: boolean;
};
export type Webhook = {
  webhookId: string;
  kind: 'http' | 'mail';
  target: string;
  events: string[];
  createdAt: number;
  isRemoved: boolean;
};

export const savedViewFold: Fold<SavedView> = {
  start: (viewId) => ({
    ...{ viewId, owner: '', name: '', query: {}, isShared: false, isRemoved: true },
  }),
  apply: (view, { typeUid, data, by }) =>
    typeUid === 'saved-view.removed'
      ? { ...view, isRemoved: true }
      : { ...view, ...data, owner: by.accountId, isRemoved: false },
};
export const webhookFold: Fold<Webhook> = {
  start: (webhookId) => ({
    ...{ webhookId, kind: 'http', target: '', events: [], createdAt: 0, isRemoved: true },
  }),
  apply: (webhook, { typeUid, data, time }) =>
    typeUid === 'webhook.removed'
      ? { ...webhook, isRemoved: true }
      : { ...webhook, ...data, createdAt: time, isRemoved: false },
};

export const saveView = (
  journal: Journal,
  by: Reviewer,
  data: Pick<SavedView, 'name' | 'query' | 'isShared'>,
): Promise<SavedView> =>
  journal.record(savedViewFold, 'saved-view', newId('v'), by, 0, () => ({ type: 'saved', data }));

/** Only the owner removes a view. */
export async function removeView(journal: Journal, by: Reviewer, viewId: string): Promise<void> {
  const isOwn = (view: SavedView): boolean => !view.isRemoved && view.owner === by.accountId;
  if (!journal.has('saved-view', viewId)) throw noView();
  await journal.record(savedViewFold, 'saved-view', viewId, by, null, (view) => {
    if (!isOwn(view)) throw noView();
    return { type: 'removed' };
  });
}
const noView = (): AppError =>
  new AppError('ERR_REVIEW_ABSENT', 'There is no view of yours with this id.');

/** Calls go over TLS; a mail address has one @ and no line break. */
export async function addWebhook(
  journal: Journal,
  by: Reviewer,
  data: Pick<Webhook, 'kind' | 'target' | 'events'>,
): Promise<Webhook> {
  const { kind, target } = data;
  const isFit =
    kind === 'mail'
      ? /^[^\s@<>,;"]{1,64}@[A-Za-z0-9.-]{1,190}$/.test(target)
      : URL.canParse(target) &&
        new URL(target).protocol === 'https:' &&
        new URL(target).username === '';
  if (!isFit)
    throw new AppError('ERR_REVIEW_REFUSED', 'The target is an https address or a mail address.');
  return journal.record(webhookFold, 'webhook', newId('w'), by, 0, () => ({ type: 'added', data }));
}

export async function removeWebhook(journal: Journal, by: Reviewer, id: string): Promise<void> {
  const isGone = !journal.has('webhook', id) || journal.state(webhookFold, 'webhook', id).isRemoved;
  if (isGone) throw new AppError('ERR_REVIEW_ABSENT', 'There is no webhook with this id.');
  await journal.record(webhookFold, 'webhook', id, by, null, () => ({ type: 'removed' }));
}
