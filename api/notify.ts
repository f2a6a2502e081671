import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { AlertDirectory, AlertView } from '../review/alert-directory.ts';
import { caseFold } from '../review/case.ts';
import { isConfidentialCase } from '../review/case-work.ts';
import type { Journal, ReviewEvent } from '../review/journal.ts';
import { type Webhook, webhookFold } from '../review/own-things.ts';
import { revealFold } from '../review/reveal.ts';
import type { WEBHOOK_EVENTS } from './schemas/operations.ts';

export type MailSettings = {
  host: string;
  port: number;
  from: string;
  auth?: { user: string; pass: string };
};
/** What leaves: a kind and ids, to be looked up by whoever may. No token, no text, no name. */
export type Notice = { kind: (typeof WEBHOOK_EVENTS)[number]; ids: string[]; at: string };
export type Delivery = { at: number; isDelivered: boolean; status: number | null };
type Options = {
  key: Buffer;
  mail?: MailSettings;
  /** In place of the network, in tests. */
  send?: typeof fetch;
  now?: () => number;
};

/** Sends one message by SMTP, over TLS only; rejects when the server does not take it. */
export function createMailer(mail: MailSettings) {
  const transport = createTransport({ ...mail, requireTLS: true });
  return async (message: { to: string; subject: string; text: string }): Promise<void> => {
    await transport.sendMail({ from: mail.from, ...message });
  };
}

const TRIES = 3;
const TIMEOUT_MS = 5_000;
const PAUSE_MS = 1_000;

const KINDS: Record<string, Notice['kind']> = {
  'alert.triaged': 'alert.changed',
  'alert.assigned': 'alert.changed',
  'reveal.requested': 'reveal.requested',
  'reveal.approved': 'reveal.approved',
};
/** Of a case every step counts; of a silent one none. */
function noticeOf(event: ReviewEvent): Notice | null {
  const colon = event.chainUid.indexOf(':');
  const isCase = event.chainUid.startsWith('case:');
  const isSilent = event.data['isSilent'] === true;
  const kind = isCase && !isSilent ? ('case.changed' as const) : KINDS[event.typeUid];
  if (kind === undefined) return null;
  return { kind, ids: [event.chainUid.slice(colon + 1)], at: new Date(event.time).toISOString() };
}

export type Notifier = ReturnType<typeof createNotifier>;
/**
 * Tells other systems and mailboxes of changes; of what a source calls confidential nothing, since no
 * receiver is inside an inquiry. One that fails is tried three times, then left.
 */
export function createNotifier(
  journal: Journal,
  { open: directory }: AlertDirectory,
  { key, mail, send = fetch, now = Date.now }: Options,
) {
  const sendMail = mail === undefined ? null : createMailer(mail);
  const last = new Map<string, Delivery>();
  const underWay = new Set<Promise<void>>();
  const secretOf = (webhookId: string): string =>
    createHmac('sha256', key).update(`webhook:${webhookId}`).digest('base64url');

  async function deliver({ webhookId, kind, target }: Webhook, notice: Notice): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const status =
        kind === 'mail' ? await post(target, notice) : await call(webhookId, target, notice);
      const isDelivered = status !== null && status < 400;
      last.set(webhookId, { at: now(), isDelivered, status });
      if (isDelivered || attempt === TRIES) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt).unref());
    }
  }
  async function call(webhookId: string, target: string, notice: Notice): Promise<number | null> {
    const body = JSON.stringify(notice);
    const signature = createHmac('sha256', secretOf(webhookId)).update(body).digest('hex');
    try {
      const answer = await send(target, {
        ...{ method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
        headers: { 'content-type': 'application/json', 'x-signature': `sha256=${signature}` },
      });
      return answer.status;
    } catch {
      // Whatever kept it from arriving, the receiver did not get it; the next try or nobody does.
      return null;
    }
  }
  async function post(to: string, { kind, ids, at }: Notice): Promise<number | null> {
    if (sendMail === null) return null;
    try {
      await sendMail({
        ...{ to, subject: `Inzagewacht: ${kind}` },
        text: `${kind} ${at}\n${ids.length} in behandeling; meld u aan om ze te zien.\n`,
      });
      return 250;
    } catch {
      // As above: the address of the receiver must not reach a log by its error.
      return null;
    }
  }
  const tell = (notice: Notice): void => {
    for (const webhook of journal.all(webhookFold, 'webhook')) {
      if (webhook.isRemoved || !webhook.events.includes(notice.kind)) continue;
      const delivery = deliver(webhook, notice).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    }
  };
  const stops = [
    journal.onRecorded((event) => {
      const notice = noticeOf(event);
      if (notice !== null && !isKept(journal, directory, event)) tell(notice);
    }),
    directory.onChanged((ids) => {
      tell({ kind: 'alert.opened', ids: ids.slice(0, 100), at: new Date(now()).toISOString() });
    }),
  ];
  return {
    secretOf,
    lastDelivery: (webhookId: string): Delivery | null => last.get(webhookId) ?? null,
    /** Stops listening and waits for what is under way. */
    async close(): Promise<void> {
      for (const stop of stops) stop();
      await Promise.allSettled(underWay);
    },
  };
}

/** A case that was referred in silence stays silent; what a source calls confidential leaves in no form. */
function isKept(journal: Journal, directory: AlertView, { chainUid }: ReviewEvent): boolean {
  const colon = chainUid.indexOf(':');
  const [kind, id] = [chainUid.slice(0, colon), chainUid.slice(colon + 1)];
  if (kind === 'alert') return !directory.mayName(id);
  const caseId = kind === 'reveal' ? journal.state(revealFold, 'reveal', id).caseId : id;
  return (
    isConfidentialCase({ directory }, journal.state(caseFold, 'case', caseId)) ||
    (kind === 'case' && journal.history('case', id).some((step) => step.data['isSilent'] === true))
  );
}
