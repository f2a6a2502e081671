// Syslog over TCP or TLS: frames by octet count (RFC 6587 §3.4.1) or ended by a line feed, told apart per
// message. There is no acknowledgement in syslog: what is not safe yet holds the connection back.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Deliver } from './deliver.ts';

const MAX_FRAME_BYTES = 1_048_576;
const LF = 0x0a;
const SPACE = 0x20;
const MAX_COUNT_DIGITS = 7;

export type FrameReader = { push(chunk: Buffer): Buffer[]; end(): Buffer[] };
class FramingError extends Error {}

/** Frames of one connection. Throws when a frame is longer than a line may be, or a count is no number. */
export function createFrameReader(): FrameReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const frames: Buffer[] = [];
      let at = 0;
      while (at < bytes.length) {
        const first = bytes[at] as number;
        if (first === LF || first === 0x0d || first === 0) {
          at++;
          continue;
        }
        // A message begins with "<": a digit in its place is the count of its bytes.
        if (first >= 0x31 && first <= 0x39) {
          const space = bytes.subarray(at, at + MAX_COUNT_DIGITS + 1).indexOf(SPACE);
          if (space < 0) {
            if (bytes.length - at > MAX_COUNT_DIGITS) throw new FramingError('no count');
            break;
          }
          const digits = bytes.toString('latin1', at, at + space);
          const size = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
          if (!(size > 0 && size <= MAX_FRAME_BYTES)) throw new FramingError('impossible count');
          const start = at + space + 1;
          if (bytes.length < start + size) break;
          frames.push(bytes.subarray(start, start + size));
          at = start + size;
          continue;
        }
        const end = bytes.indexOf(LF, at);
        if (end < 0) {
          if (bytes.length - at > MAX_FRAME_BYTES) throw new FramingError('frame too long');
          break;
        }
        frames.push(bytes.subarray(at, end));
        at = end + 1;
      }
      rest = Buffer.from(bytes.subarray(at));
      return frames;
    },
    // A last message whose line feed was lost with the connection; half a counted one is none.
    end: () => (rest[0] === 0x3c ? [rest] : []),
  };
}

/** A frame as one line: line feeds inside become `#012`, as syslog servers write them. */
function toLine(frame: Buffer): Buffer {
  const end = frame.at(-1) === 0x0d ? frame.length - 1 : frame.length;
  const body = frame.subarray(0, end);
  return body.includes(LF)
    ? Buffer.from(body.toString('latin1').replaceAll('\n', '#012'), 'latin1')
    : body;
}

export type SyslogReceiver = { port: number; close(): Promise<void> };
/** Listens; every chunk of whole messages is handed over before more of it is read. */
export async function receiveSyslog(
  options: {
    host: string;
    port: number;
    tls?: TlsOptions;
    maxConnections?: number;
    onError(error: unknown): void;
  },
  deliver: Deliver,
): Promise<SyslogReceiver> {
  const sockets = new Set<Socket>();
  async function serve(socket: Socket): Promise<void> {
    sockets.add(socket);
    const frames = createFrameReader();
    const hand = async (found: readonly Buffer[]): Promise<void> => {
      if (found.length === 0) return;
      const lines = found.flatMap((frame) => [toLine(frame), Buffer.from('\n')]);
      await deliver(Buffer.concat(lines), { format: 'syslog' });
    };
    try {
      // The loop reads no further while a delivery is awaited: TCP then slows the sender down.
      for await (const chunk of socket) await hand(frames.push(chunk as Buffer));
      await hand(frames.end());
    } catch (error) {
      // A sender that sees its connection close comes again with what it still has.
      options.onError(error);
      socket.destroy();
    } finally {
      sockets.delete(socket);
    }
  }
  const accept = (socket: Socket): void => {
    socket.setKeepAlive(true);
    serve(socket).catch(options.onError);
  };
  const server: Server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
  server.maxConnections = options.maxConnections ?? 1000;
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port, options.host, done);
  });
  server.on('error', options.onError);
  server.on('tlsClientError', options.onError);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
