import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TimestampPort, timestamp } from '../timestamp.ts';

/** Somewhere outside the system's own domain where a checkpoint goes. */
export type Publisher = {
  name: string;
  publish(checkpoint: { size: number; note: string }): Promise<void>;
};
export type MailPort = (mail: { subject: string; text: string }) => Promise<void>;

const nameOf = (size: number): string => `checkpoint-${String(size).padStart(12, '0')}.txt`;

function writeWhole(folder: string, name: string, content: string | Buffer): void {
  const partial = join(folder, `.${name}.partial`);
  const fd = openSync(partial, 'w', 0o644);
  const bytes = Buffer.from(content);
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  fsyncSync(fd);
  closeSync(fd);
  // Readers see the whole note or none; the name holds the size, so no note replaces another.
  renameSync(partial, join(folder, name));
}

/** A folder on another machine or a medium that is written once; a file per checkpoint. */
export const toFolder = (folder: string): Publisher => ({
  name: 'folder',
  async publish({ size, note }) {
    mkdirSync(folder, { recursive: true });
    writeWhole(folder, nameOf(size), note);
  },
});

/** A copy to somebody else, such as the data protection officer. The note holds no personal data. */
export const toMail = (send: MailPort): Publisher => ({
  name: 'mail',
  publish: ({ size, note }) =>
    send({
      subject: `Inzagewacht: controlepunt ${size}`,
      text: `Bewaar dit bericht. Het controlepunt bewijst later dat het logboek niet is herschreven.\n\n${note}`,
    }),
});

/** A time stamp (RFC 3161) over the note, kept beside it in a folder. */
export const toTimestamp = (folder: string, port: TimestampPort): Publisher => ({
  name: 'timestamp',
  async publish({ size, note }) {
    const answer = await timestamp(Buffer.from(note), port);
    mkdirSync(folder, { recursive: true });
    writeWhole(folder, `${nameOf(size)}.tsr`, answer);
  },
});

/** Notes that were published to a folder, oldest first, to hold against the log. */
export const publishedNotes = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^checkpoint-\d+\.txt$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));

/** Publishes everywhere; one that fails does not keep the others from it. Returns who failed, and why. */
export async function publish(
  checkpoint: { size: number; note: string },
  publishers: readonly Publisher[],
): Promise<{ name: string; cause: unknown }[]> {
  const results = await Promise.allSettled(publishers.map((p) => p.publish(checkpoint)));
  return results.flatMap((result, i) =>
    result.status === 'rejected'
      ? [{ name: publishers[i]?.name ?? '', cause: result.reason as unknown }]
      : [],
  );
}
