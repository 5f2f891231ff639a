/**
 * bzip2, block by block: a block is handed on whole and after its checksum, or not at all. Node has no decoder, and
 * those that npm has give on blocks before their checksum or want the whole object in memory.
 */

/** The stored bytes end within a block. */
class Short extends Error {}

/** Bits of bytes, the first the most significant. */
type Bits = { bytes: Buffer; at: number };

const BLOCK = 0x314159265359;
const END = 0x177245385090;

/** Up to 25 bits from the place, zeros after the end. */
function peek({ bytes, at }: Bits, count: number): number {
  const byte = at >>> 3;
  const word =
    byte + 4 <= bytes.length
      ? bytes.readUInt32BE(byte)
      : (((bytes[byte] ?? 0) << 24) | ((bytes[byte + 1] ?? 0) << 16) | ((bytes[byte + 2] ?? 0) << 8)) >>> 0;
  return (word << (at & 7)) >>> (32 - count);
}

function skip(bits: Bits, count: number): void {
  bits.at += count;
  if (bits.at > bits.bytes.length * 8) throw new Short();
}

function take(bits: Bits, count: number): number {
  const value = peek(bits, count);
  skip(bits, count);
  return value;
}

const take32 = (bits: Bits): number => ((take(bits, 16) << 16) | take(bits, 16)) >>> 0;

/** CRC-32 as bzip2 has it, the most significant bit first. */
const CRC = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/** A canonical Huffman code: of each length the greatest word, the place of the first symbol less its word. */
type Code = { shortest: number; limits: Int32Array; offsets: Int32Array; symbols: Uint16Array };

const LONGEST = 20;

function codeOf(lengths: Uint8Array): Code {
  const limits = new Int32Array(LONGEST + 2).fill(-1);
  const offsets = new Int32Array(LONGEST + 2);
  const symbols = new Uint16Array(lengths.length);
  let [word, filled, shortest] = [0, 0, LONGEST];
  for (let length = 1; length <= LONGEST; length += 1) {
    offsets[length] = filled - word;
    const before = filled;
    for (let symbol = 0; symbol < lengths.length; symbol += 1)
      if (lengths[symbol] === length) symbols[filled++] = symbol;
    word += filled - before;
    if (filled > before) {
      limits[length] = word - 1;
      shortest = Math.min(shortest, length);
    }
    word <<= 1;
  }
  return { shortest, limits, offsets, symbols };
}

function symbolOf(bits: Bits, { shortest, limits, offsets, symbols }: Code): number {
  const word = peek(bits, LONGEST);
  for (let length = shortest; length <= LONGEST; length += 1) {
    const start = word >>> (LONGEST - length);
    if (start > limits[length]!) continue;
    skip(bits, length);
    return symbols[start + offsets[length]!]!;
  }
  throw new Error('a word of no code');
}

/** Which bytes a block has: 16 bits for groups of 16, and 16 bits for each group that there is. */
function bytesUsed(bits: Bits): Uint8Array {
  const used: number[] = [];
  const groups = take(bits, 16);
  for (let group = 0; group < 16; group += 1) {
    if (!(groups & (0x8000 >>> group))) continue;
    const members = take(bits, 16);
    for (let each = 0; each < 16; each += 1) if (members & (0x8000 >>> each)) used.push(group * 16 + each);
  }
  if (used.length === 0) throw new Error('a block of no byte');
  return Uint8Array.from(used);
}

/** Which of the codes each group of 50 symbols is written in, moved to front. */
function selectorsOf(bits: Bits, codes: number): Uint8Array {
  const order = Array.from({ length: codes }, (_, index) => index);
  const selectors = new Uint8Array(take(bits, 15));
  for (let index = 0; index < selectors.length; index += 1) {
    let place = 0;
    while (take(bits, 1) === 1) place += 1;
    if (place >= codes) throw new Error('a code that is not there');
    const [code] = order.splice(place, 1);
    order.unshift(code!);
    selectors[index] = code!;
  }
  return selectors;
}

function lengthsOf(bits: Bits, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = take(bits, 5);
  for (let symbol = 0; symbol < symbols; symbol += 1) {
    while (take(bits, 1) === 1) length += take(bits, 1) === 1 ? -1 : 1;
    if (length < 1 || length > LONGEST) throw new Error('a code of no length');
    lengths[symbol] = length;
  }
  return lengths;
}

/** The sorted bytes of a block: Huffman, runs of the front byte, move to front. */
function sortedBytes(bits: Bits, most: number): Uint8Array {
  const front = bytesUsed(bits);
  const symbols = front.length + 2;
  const count = take(bits, 3);
  if (count < 2 || count > 6) throw new Error('a number of codes that there can not be');
  const selectors = selectorsOf(bits, count);
  const codes = Array.from({ length: count }, () => codeOf(lengthsOf(bits, symbols)));
  const sorted = new Uint8Array(most);
  let [length, run, weight] = [0, 0, 1];
  for (let read = 0; ; read += 1) {
    const code = codes[selectors[Math.floor(read / 50)] ?? codes.length];
    if (!code) throw new Error('a block without end');
    const symbol = symbolOf(bits, code);
    if (symbol < 2) {
      run += weight << symbol;
      weight *= 2;
      if (run > most) throw new Error('a block that is too long');
      continue;
    }
    if (length + run + 1 > most && (length + run > most || symbol < symbols - 1))
      throw new Error('a block that is too long');
    sorted.fill(front[0]!, length, length + run);
    length += run;
    [run, weight] = [0, 1];
    if (symbol === symbols - 1) return sorted.subarray(0, length);
    const byte = front[symbol - 1]!;
    front.copyWithin(1, 0, symbol - 1);
    front[0] = byte;
    sorted[length] = byte;
    length += 1;
  }
}

/**
 * Undoes the Burrows-Wheeler transform: of each place the byte there, in the lowest eight bits, and the place of the
 * byte that follows. One word for both, since each is a look at memory that no cache foresees.
 */
function followers(sorted: Uint8Array): Uint32Array {
  const starts = new Uint32Array(257);
  for (const byte of sorted) starts[byte + 1]! += 1;
  for (let byte = 0; byte < 256; byte += 1) starts[byte + 1]! += starts[byte]!;
  const words = Uint32Array.from(sorted);
  for (let index = 0; index < sorted.length; index += 1) words[starts[sorted[index]!]!++]! |= index << 8;
  return words;
}

const PIECE = 1 << 18;

/** The bytes of a block and their checksum: four equal bytes are followed by how many more there are. */
function plainBytes(sorted: Uint8Array, origin: number): { pieces: Buffer[]; crc: number } {
  const words = followers(sorted);
  const pieces: Buffer[] = [];
  let piece = Buffer.allocUnsafe(PIECE);
  let [filled, crc, repeats, last, at] = [0, -1, 0, -1, words[origin]! >>> 8];
  for (let index = 0; index < sorted.length; index += 1) {
    const word = words[at]!;
    const byte = word & 255;
    at = word >>> 8;
    // A piece has room for the byte, or for the most that four can be followed by.
    if (filled > PIECE - 256) {
      pieces.push(piece.subarray(0, filled));
      piece = Buffer.allocUnsafe(PIECE);
      filled = 0;
    }
    if (repeats === 4) {
      for (let more = 0; more < byte; more += 1) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ last]!;
      piece.fill(last, filled, filled + byte);
      filled += byte;
      repeats = 0;
      last = -1;
      continue;
    }
    repeats = byte === last ? repeats + 1 : 1;
    last = byte;
    piece[filled] = byte;
    filled += 1;
    crc = (crc << 8) ^ CRC[(crc >>> 24) ^ byte]!;
  }
  if (filled > 0) pieces.push(piece.subarray(0, filled));
  return { pieces, crc: ~crc >>> 0 };
}

/** Stored bytes that hold any block of this level, the tables that precede it included. */
const enough = (level: number): number => 25_000 + 100_000 * level;

/** `isFull`: more is to come of what was written, by `goOn`, before anything else may be. */
export type Unpacked = { output: Buffer[]; problem: Error | null; isFull: boolean };

/** A decoder of all streams of an object. It gives `most` bytes at a time, or a block more. After a problem it takes no more. */
export function openBunzip(most: number): {
  write(piece: Buffer): Unpacked;
  goOn(): Unpacked;
  end(): Unpacked;
} {
  let stored: Buffer = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let [held, wanted] = [0, enough(9)];
  let isEnded = false;
  /** Of the stream that is open; 0: none is. */
  let [level, streamCrc] = [0, 0];
  const bits: Bits = { bytes: stored, at: 0 };

  function header(): void {
    if (take(bits, 24) !== 0x425a68) throw new Error('what follows is no bzip2');
    level = take(bits, 8) - 0x30;
    if (level < 1 || level > 9) throw new Error('a header of no level');
    streamCrc = 0;
  }

  function block(): Buffer[] {
    const kind = take(bits, 24) * 2 ** 24 + take(bits, 24);
    const crc = take32(bits);
    if (kind === END) {
      if (crc !== streamCrc) throw new Error('the checksum of the stream is another');
      bits.at = (bits.at + 7) & ~7;
      level = 0;
      return [];
    }
    if (kind !== BLOCK) throw new Error('a block of no kind');
    if (take(bits, 1) === 1) throw new Error('a randomised block, as bzip2 before 0.9.5 wrote them');
    const origin = take(bits, 24);
    const sorted = sortedBytes(bits, level * 100_000);
    if (origin >= sorted.length) throw new Error('a block without a beginning');
    const { pieces, crc: found } = plainBytes(sorted, origin);
    if (found !== crc) throw new Error('the checksum of a block is another');
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0;
    return pieces;
  }

  /** Reads blocks while as many bytes as `least` are left. */
  function unpack(least: number): Unpacked {
    const output: Buffer[] = [];
    const left = () => stored.length - (bits.at >>> 3);
    try {
      while (left() >= least) {
        if (output.length * PIECE >= most) return { output, problem: null, isFull: true };
        if (level === 0) header();
        output.push(...block());
      }
      return { output, problem: null, isFull: false };
    } catch (error) {
      const problem = error instanceof Short ? new Error('it ends within a block') : (error as Error);
      return { output, problem, isFull: false };
    }
  }

  const gather = (): void => {
    const from = bits.at >>> 3;
    stored = Buffer.concat([stored.subarray(from), ...waiting]);
    bits.bytes = stored;
    bits.at -= from * 8;
    waiting = [];
  };

  function goOn(): Unpacked {
    const unpacked = unpack(isEnded ? 1 : enough(9));
    held = stored.length - (bits.at >>> 3);
    wanted = held + enough(9);
    if (!isEnded || unpacked.isFull || unpacked.problem || level === 0) return unpacked;
    return { ...unpacked, problem: new Error('it ends within a stream') };
  }

  return {
    write(piece) {
      // The caller may use its memory again.
      waiting.push(Buffer.from(piece));
      held += piece.length;
      if (held < wanted) return { output: [], problem: null, isFull: false };
      gather();
      return goOn();
    },
    goOn,
    end() {
      gather();
      isEnded = true;
      return goOn();
    },
  };
}
