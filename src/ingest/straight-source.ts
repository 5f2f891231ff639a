import { type Address, formatAddress, formatPrefix, parseAddress } from '../enrich/address.ts';
import { type Claim, PROXY_BASES } from '../enrich/client-address.ts';
import { type Enricher, FACT_NAMES, unpackFacts } from '../enrich/enricher.ts';
import type { StraightColumn } from '../formats/straight.ts';
import type { Kernel, Place } from '../lake/kernel.ts';
import { NULL_WORD } from '../lake/words.ts';
import type { CutBatch, Rows } from './cut-batch.ts';
import { basesOf, KernelRows, MOST_ROWS, type NumberRows, type RowColumn, TextRows } from './row-column.ts';
import { TextColumn } from './straight-columns.ts';
import { NONE } from './straight-record.ts';

const POINT = 0x2e;
const ZERO = 0x30;

/** Of an address by its word: not asked yet, or none. */
const NEW = 0;
const KNOWN = 1;
const NO_ADDRESS = 2;

/** Texts of facts, a word each. */
type FactRows = Record<'country' | 'country_basis' | 'network_type' | 'src_ip_basis', TextRows>;

/**
 * Whose request it was, from an address and no header: what `sourced` of the SELECT gives, asked once an address. An
 * address that is none needs the SELECT.
 */
export class SourceColumn implements RowColumn {
  readonly source: KernelRows;
  readonly prefix: KernelRows;
  readonly facts: FactRows = {
    country: new TextRows(),
    country_basis: new TextRows(),
    network_type: new TextRows(),
    src_ip_basis: new TextRows(),
  };
  readonly asn: NumberRows = new Float64Array(MOST_ROWS);
  readonly reserved = new Int8Array(MOST_ROWS);
  readonly isProxy = new Uint8Array(MOST_ROWS);
  readonly rows: readonly Rows[];
  /** Of the rows, in days since 1970. */
  day = 0;
  readonly #logged: TextColumn;
  /** Of the address the span of a batch's first record. */
  readonly #base: number;
  readonly #claim: Claim;
  readonly #enricher: Enricher;
  /** Where a text is put for the kernel. */
  readonly #scratch: Place;
  readonly #text: Uint8Array;
  /** By the word of an address that was logged: its state, packed facts, and the words of its source and prefix. */
  readonly #states = new Uint8Array(MOST_ADDRESSES);
  readonly #packed = new Float64Array(MOST_ADDRESSES);
  readonly #sources = new Uint32Array(MOST_ADDRESSES);
  readonly #prefixes = new Uint32Array(MOST_ADDRESSES);
  /** Packed facts that were unpacked. */
  readonly #unpacked = new Map<number, Unpacked>();
  #last: Unpacked | null = null;

  constructor(column: StraightColumn, enricher: Enricher, kernel: Kernel) {
    this.#claim = column.names.includes('client_ip') ? 'client-field' : 'peer';
    this.#base = basesOf(column.cells)[0]!;
    this.#enricher = enricher;
    this.#logged = new TextColumn(column, kernel);
    this.source = new KernelRows(kernel);
    this.prefix = new KernelRows(kernel);
    this.#scratch = kernel.calls.allocate(SCRATCH_BYTES);
    this.#text = kernel.bytesAt(this.#scratch, SCRATCH_BYTES);
    const texts = [this.#logged.texts, this.source, this.prefix, ...Object.values(this.facts)];
    this.rows = [...texts.map(({ places }) => places), this.asn, this.reserved, this.isProxy];
  }

  /** Addresses as they were logged. */
  get logged(): KernelRows {
    return this.#logged.texts;
  }

  take(batch: CutBatch): void {
    this.#logged.take(batch);
    const { places } = this.logged;
    const { country, country_basis, network_type, src_ip_basis } = this.facts;
    for (let index = 0; index < batch.count; index += 1) {
      const row = batch.row + index;
      const place = places[row]!;
      if (place === NULL_WORD || place >= MOST_ADDRESSES) {
        batch.refuse(index);
        continue;
      }
      if (this.#states[place] === NEW)
        this.#states[place] = this.#ask(batch, this.#base + index, place) ? KNOWN : NO_ADDRESS;
      if (this.#states[place] === NO_ADDRESS) {
        batch.refuse(index);
        continue;
      }
      this.source.places[row] = this.#sources[place]!;
      this.prefix.places[row] = this.#prefixes[place]!;
      const known = this.#unpack(this.#packed[place]!);
      country.places[row] = known.country;
      country_basis.places[row] = known.countryBasis;
      network_type.places[row] = known.type;
      src_ip_basis.places[row] = known.basis;
      this.asn[row] = known.asn;
      this.reserved[row] = known.reserved;
      this.isProxy[row] = known.isProxy;
    }
  }

  #unpack(packed: number): Unpacked {
    if (this.#last?.packed === packed) return this.#last;
    const found = this.#unpacked.get(packed);
    const known = found ?? unpacked(packed, this.facts);
    if (!found) this.#unpacked.set(packed, known);
    this.#last = known;
    return known;
  }

  /** Asks for what is known of an address, from a record that has it. False where it is none. */
  #ask({ bytes, starts, ends, textPlace }: CutBatch, span: number, place: number): boolean {
    const start = starts[span]!;
    const end = ends[span]!;
    const value = value4(bytes, start, end);
    if (value < 0) return this.#askText(place);
    const packed = this.#enricher.facts4(value, this.#claim, this.day);
    this.#packed[place] = packed;
    // Of a proxy, without a header, there is no source.
    const hasSource = this.#unpack(packed).isProxy === 0;
    this.#sources[place] = hasSource ? this.source.words.numberOf(textPlace + start, end - start) : NULL_WORD;
    this.#prefixes[place] = hasSource ? this.#prefixWord4(bytes, start, end) : NULL_WORD;
    return true;
  }

  /** The word of the /24 of an IPv4 address, from its text. */
  #prefixWord4(bytes: Uint8Array, start: number, end: number): number {
    const text = this.#text;
    let length = end - start;
    while (bytes[start + length - 1] !== POINT) length -= 1;
    for (let index = 0; index < length; index += 1) text[index] = bytes[start + index]!;
    for (let index = 0; index < ZERO_OF_24.length; index += 1) text[length + index] = ZERO_OF_24[index]!;
    return this.prefix.words.numberOf(this.#scratch, length + ZERO_OF_24.length);
  }

  #askText(place: number): boolean {
    const text = this.logged.words.textOf(place);
    const logged = parseAddress(text);
    if (!logged) return false;
    const record = { logged: text, claim: this.#claim, forwarded: '' };
    this.#packed[place] = this.#enricher.facts(record, this.day);
    const { address } = this.#enricher.source(record, this.day);
    this.#sources[place] = this.#wordOf(this.source, address, formatAddress);
    this.#prefixes[place] = this.#wordOf(this.prefix, address, formatPrefix);
    return true;
  }

  #wordOf({ words }: KernelRows, address: Address | null, format: (address: Address) => string): number {
    if (!address) return NULL_WORD;
    const text = Buffer.from(format(address));
    this.#text.set(text);
    return words.numberOf(this.#scratch, text.length);
  }

  /** Begins another day, while there is no row. */
  begin(day: number): void {
    this.clear();
    this.day = day;
  }

  clear(): void {
    this.#states.fill(NEW, 0, this.logged.words.count + 1);
    this.#logged.clear();
    for (const { words } of [this.source, this.prefix, ...Object.values(this.facts)]) words.clear();
    this.#unpacked.clear();
    this.#last = null;
  }
}

/** Addresses of a group that are remembered, with those of records that were left: one beyond them needs the SELECT. */
const MOST_ADDRESSES = MOST_ROWS * 2;

const ZERO_OF_24 = new Uint8Array(Buffer.from('0/24'));
/** An address and its prefix are shorter. */
const SCRATCH_BYTES = 64;

/** The number of an IPv4 address as it is usually written; below 0 for any other text. */
function value4(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let quad = 0;
  let digits = 0;
  let points = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === POINT) {
      if (digits === 0) return -1;
      value = value * 256 + quad;
      quad = 0;
      digits = 0;
      points += 1;
      continue;
    }
    const digit = byte - ZERO;
    // A zero that leads is none: some readers take 010 for eight.
    if (digit < 0 || digit > 9 || (digits > 0 && quad === 0)) return -1;
    quad = quad * 10 + digit;
    digits += 1;
    if (quad > 255) return -1;
  }
  return points === 3 && digits > 0 ? value * 256 + quad : -1;
}

/** Facts as the rows hold them. */
type Unpacked = {
  packed: number;
  country: number;
  countryBasis: number;
  type: number;
  basis: number;
  asn: number;
  reserved: number;
  /** The other end of the connection was a proxy: its port is not the client's. */
  isProxy: number;
};

function unpacked(packed: number, rows: FactRows): Unpacked {
  const facts = unpackFacts(packed);
  const wordOf = ({ words }: TextRows, text: string | null): number =>
    text === null ? NULL_WORD : words.numberOf(text);
  const basis = FACT_NAMES.basis(facts.basis);
  return {
    packed,
    country: wordOf(rows.country, FACT_NAMES.country(facts.country)),
    countryBasis: wordOf(rows.country_basis, FACT_NAMES.countryBasis(facts.countryBasis)),
    type: wordOf(rows.network_type, FACT_NAMES.type(facts.type)),
    basis: wordOf(rows.src_ip_basis, basis),
    asn: facts.asn === 0 ? NONE : facts.asn,
    reserved: facts.reserved ? 1 : 0,
    isProxy: basis !== null && PROXY_BASES.includes(basis) ? 1 : 0,
  };
}
