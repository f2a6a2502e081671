import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  addWebhook,
  removeView,
  removeWebhook,
  type SavedView as StoredView,
  type Webhook as StoredWebhook,
  savedViewFold,
  saveView,
  webhookFold,
} from '../../review/own-things.ts';
import { DONE, Done, route } from '../route.ts';
import {
  NewSavedView,
  NewWebhook,
  SavedView,
  SavedViews,
  ViewParams,
  type Webhook,
  WebhookCreated,
  WebhookParams,
  Webhooks,
} from '../schemas/operations.ts';
import type { RouteDeps } from '../seen.ts';

export function ownThingsRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  const toView = (view: StoredView, accountId: string): z.output<typeof SavedView> => {
    const { viewId, name, query, isShared, owner } = view;
    return { viewId, name, query, isShared, isOwn: owner === accountId };
  };
  route(app, 'listSavedViews', {
    summary: 'Filters kept under a name: own ones and shared ones',
    response: SavedViews,
    handler: ({ reviewer: { accountId } }) => ({
      items: [...journal.all(savedViewFold, 'saved-view')]
        .filter((view) => !view.isRemoved && (view.isShared || view.owner === accountId))
        .map((view) => toView(view, accountId)),
    }),
  });
  route(app, 'createSavedView', {
    summary: 'Keeps filters under a name',
    body: NewSavedView,
    status: 201,
    response: SavedView,
    handler: async ({ body, reviewer }) =>
      toView(await saveView(journal, reviewer, body), reviewer.accountId),
  });
  route(app, 'deleteSavedView', {
    summary: 'Forgets own filters',
    params: ViewParams,
    response: Done,
    async handler({ params, reviewer }) {
      await removeView(journal, reviewer, params.viewId);
      return DONE;
    },
  });

  const toWebhook = (webhook: StoredWebhook): z.output<typeof Webhook> => {
    const { webhookId, kind, target, createdAt } = webhook;
    return {
      ...{ webhookId, kind, createdAt, lastDelivery: deps.lastDelivery?.(webhookId) ?? null },
      // What stands behind the host may be a secret of the receiver.
      target: kind === 'http' ? new URL(target).origin : target,
      events: webhook.events as z.output<typeof Webhook>['events'],
    };
  };
  route(app, 'listWebhooks', {
    summary: 'Who is told of changes elsewhere',
    response: Webhooks,
    handler: () => ({
      items: [...journal.all(webhookFold, 'webhook')].filter((w) => !w.isRemoved).map(toWebhook),
    }),
  });
  route(app, 'createWebhook', {
    summary: 'Tells another system or mailbox of changes: ids and kinds, no identities',
    body: NewWebhook,
    status: 201,
    response: WebhookCreated,
    async handler({ body, reviewer, touches }) {
      const webhook = await addWebhook(journal, reviewer, body);
      touches(webhook.webhookId);
      const secret = webhook.kind === 'http' ? deps.webhookSecret?.(webhook.webhookId) : null;
      return { webhook: toWebhook(webhook), secret: secret ?? null };
    },
  });
  route(app, 'deleteWebhook', {
    summary: 'Tells it nothing more',
    params: WebhookParams,
    response: Done,
    async handler({ params, reviewer }) {
      await removeWebhook(journal, reviewer, params.webhookId);
      return DONE;
    },
  });
}
