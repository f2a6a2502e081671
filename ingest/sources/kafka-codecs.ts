import { decompress as unpackZstd } from 'fzstd';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import snappy from 'snappyjs';

/** Header of the framing that Java producers put around snappy blocks: magic, version, compatible version. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEAD_BYTES = 16;

function unpackSnappy(packed: Buffer): Buffer {
  if (!packed.subarray(0, XERIAL.length).equals(XERIAL)) return snappy.uncompress(packed);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEAD_BYTES; at < packed.length; ) {
    const size = packed.readUInt32BE(at);
    blocks.push(snappy.uncompress(packed.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}

const reader = (unpack: (packed: Buffer) => Buffer) => () => ({
  async compress(): Promise<Buffer> {
    throw new Error('we write gzip only; this codec reads');
  },
  decompress: async (packed: Buffer): Promise<Buffer> => unpack(packed),
});

/** Makes batches readable that others packed with snappy, lz4 or zstd; kafkajs brings gzip itself. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = reader(unpackSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = reader((packed) => Buffer.from(lz4.decompress(packed)));
  CompressionCodecs[CompressionTypes.ZSTD] = reader((packed) => Buffer.from(unpackZstd(packed)));
}
