import { SingleBar } from 'cli-progress';

export type Progress = {
  /** `done` and `total` in one unit (bytes, events); `note` is short. */
  update(done: number, total: number, note: string): void;
  stop(): void;
};

const LINE_EVERY_MS = 5000;

/** A bar on a terminal, else a plain line every five seconds, both on stderr. */
export function createProgress(
  title: string,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  if (!stream.isTTY) {
    let last = Date.now();
    return {
      update(done, total, note) {
        if (Date.now() - last < LINE_EVERY_MS) return;
        last = Date.now();
        const share = total > 0 ? ` ${Math.min(100, Math.floor((100 * done) / total))}%` : '';
        stream.write(`${title}${share} ${note}\n`);
      },
      stop: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: `${title} [{bar}] {percentage}% {note}`,
    hideCursor: true,
    stream,
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    update(done, total, note) {
      if (!isStarted) bar.start(Math.max(total, 1), done, { note });
      isStarted = true;
      bar.setTotal(Math.max(total, done, 1));
      bar.update(done, { note });
    },
    stop: () => bar.stop(),
  };
}
