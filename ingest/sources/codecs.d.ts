// Neither package brings types; only what we call is declared.
declare module 'lz4js' {
  const lz4: { decompress(packed: Uint8Array): Uint8Array };
  export = lz4;
}
declare module 'snappyjs' {
  const snappy: { uncompress(packed: Buffer): Buffer };
  export = snappy;
}
