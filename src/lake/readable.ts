/** Bytes, which can be read four at a time too. */
export type Readable = { bytes: Uint8Array; view: DataView };

/** Bytes as they are, whatever they come as: what reads plain arrays and buffers in turn is slow at both. */
export function readable({ buffer, byteOffset, byteLength }: Uint8Array): Readable {
  return {
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
    view: new DataView(buffer, byteOffset, byteLength),
  };
}
