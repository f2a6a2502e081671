import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { caseFold } from '../../review/case.ts';
import { maySee } from '../../review/case-work.ts';
import type { ReviewEvent } from '../../review/journal.ts';
import { revealFold } from '../../review/reveal.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import { accessOf } from '../access.ts';
import { route } from '../route.ts';
import { StreamMessage } from '../schemas/operations.ts';
import type { Seen } from '../seen.ts';

type Message = z.output<typeof StreamMessage>;
const HEARTBEAT_MS = 15_000;
/** A reader that does not read: it starts again rather than filling the memory. */
const MAX_WAITING = 1_000;
const KINDS: Partial<Record<string, Message['kind']>> = {
  alert: 'alert',
  case: 'case',
  reveal: 'reveal',
  suppression: 'suppression',
  export: 'export',
};
const READ = {
  alert: 'readAlert',
  alerts: 'listAlerts',
  case: 'readCase',
  reveal: 'readReveal',
  suppression: 'readSuppression',
  export: 'readExport',
} as const;

/** What this reviewer is told of a step: ids and kinds, of what they could read. */
function messageOf(deps: Seen, by: Reviewer, event: ReviewEvent): Message | null {
  const colon = event.chainUid.indexOf(':');
  const [kind, id] = [KINDS[event.chainUid.slice(0, colon)], event.chainUid.slice(colon + 1)];
  if (kind === undefined || !mayHear(by, kind) || !deps.directory.mayName(id)) return null;
  const caseId =
    kind === 'case'
      ? id
      : kind === 'reveal'
        ? deps.journal.state(revealFold, 'reveal', id).caseId
        : null;
  // Of a silent case nothing is told, not even that something happened.
  if (caseId !== null && !maySee(deps, by, deps.journal.state(caseFold, 'case', caseId)))
    return null;
  return { kind, ids: [id], sequence: event.sequence, at: event.time };
}

function mayHear(by: Reviewer, kind: Message['kind']): boolean {
  if (kind === 'status' || kind === 'session') return true;
  const { roles } = accessOf(READ[kind]);
  return typeof roles === 'string' || roles.some((role) => role === by.role);
}

export function streamRoutes(app: FastifyInstance): void {
  const open = new Set<Readable>();
  app.addHook('preClose', async () => {
    for (const stream of open) stream.destroy();
  });
  route(app, 'streamChanges', {
    summary: 'Changes as they happen (server-sent events): ids and kinds only',
    produces: 'text/event-stream',
    response: z.any().meta({ type: 'string' }),
    handler({ reviewer, seen, caller, reply }) {
      const stream = new Readable({ read() {} });
      open.add(stream);
      const send = (message: Message): void => {
        if (stream.readableLength > MAX_WAITING * 200) {
          stream.destroy();
          return;
        }
        const data = JSON.stringify(z.encode(StreamMessage, message));
        stream.push(`event: ${message.kind}\nid: ${message.at}\ndata: ${data}\n\n`);
      };
      const { journal, directory, sessions } = seen;
      const stops = [
        journal.onRecorded((event) => {
          const message = messageOf(seen, reviewer, event);
          if (message !== null) send(message);
        }),
        directory.onChanged((ids) => {
          if (!mayHear(reviewer, 'alerts')) return;
          send({ kind: 'alerts', ids: ids.slice(0, 100), sequence: null, at: journal.now() });
        }),
      ];
      const beat = setInterval(() => {
        stream.push(': still here\n\n');
        if (caller.secret === null) return;
        void sessions.isAlive(caller.secret).then((isAlive) => {
          if (isAlive) return;
          send({ kind: 'session', ids: [], sequence: null, at: journal.now() });
          stream.push(null);
        });
      }, HEARTBEAT_MS);
      beat.unref();
      stream.once('close', () => {
        clearInterval(beat);
        for (const stop of stops) stop();
        open.delete(stream);
      });
      send({ kind: 'status', ids: [], sequence: null, at: journal.now() });
      reply.type('text/event-stream').header('X-Accel-Buffering', 'no');
      return stream;
    },
  });
}
