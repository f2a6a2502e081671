import { type Message, type PulledLog, pull, type Source } from './source.ts';

const BATCH_MESSAGES = 1000;

export type MemoryLog = {
  /** Puts a message at the end of a lane; returns its position. */
  append(lane: string, value: Buffer | string, fields?: Partial<Message>): number;
  committed(lane: string): number;
  /** A reader of its own; several may read the same log one after another. */
  source(): Source;
};

/** A log in memory, for tests and for parts of one process. */
export function createMemoryLog(names: readonly string[]): MemoryLog {
  const lanes = new Map<string, Message[]>(names.map((name) => [name, []]));
  const commits = new Map<string, number>();
  const waiting: (() => void)[] = [];
  const messagesOf = (lane: string): Message[] => {
    const messages = lanes.get(lane);
    if (messages === undefined) throw new RangeError(`no lane ${lane}`);
    return messages;
  };
  const committed = (lane: string): number => commits.get(lane) ?? 0;
  const log: PulledLog = {
    lanes: names,
    async read(lane, position) {
      const messages = messagesOf(lane).slice(position, position + BATCH_MESSAGES);
      return { messages, next: position + messages.length, gaps: [] };
    },
    committed,
    async commit(lane, position) {
      commits.set(lane, position);
    },
    behind: (lane, position) => messagesOf(lane).length - position,
    more: () => new Promise((wake) => waiting.push(wake)),
  };
  return {
    append(lane, value, fields = {}) {
      const messages = messagesOf(lane);
      const position = messages.length;
      messages.push({
        key: null,
        headers: {},
        at: 0,
        ...fields,
        value: Buffer.from(value),
        position,
      });
      for (const wake of waiting.splice(0)) wake();
      return position;
    },
    committed,
    source: () => pull(log),
  };
}
