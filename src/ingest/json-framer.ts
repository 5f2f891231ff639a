import {
  type Block,
  type Frame,
  type FramedRecord,
  type Framer,
  growLong,
  type LongRecord,
  MAX_RECORD_BYTES,
  misfit,
  startLong,
} from './framer.ts';

const [TAB, NEWLINE, RETURN, SPACE, QUOTE, COMMA] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c];
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const COLON = 0x3a;
/** Bytes of a name that is looked for behind a brace, and those that are looked back at for it, with all before it. */
const NAME_BYTES = 64;
const LOOK_BACK_BYTES = 2 * NAME_BYTES;
/** U+FEFF in UTF-8, at the start of a file that an editor of Windows has saved; in the midst of such files put together. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Bytes in which an envelope's opening, `{"Records":[`, is looked for. */
const ENVELOPE_BYTES = 256;
/** Levels of a value whose brackets are remembered. A value of more is too long a record, of which one can't tell. */
const LEVELS = MAX_RECORD_BYTES;

type Value = {
  /** Place of the first byte in the pending bytes. */
  start: number;
  depth: number;
  /** The opening brackets of the levels, as far as LEVELS. */
  brackets: number[];
  /** The last byte that is no blank, and whether a newline came since, of the bytes that were let go. */
  before: { byte: number; newline: boolean };
  quoted: boolean;
  escaped: boolean;
  /** A number, a word or a stray byte: ends at a separator. */
  bare: boolean;
  /** Follows a value on its line. */
  adjoins: boolean;
};

/**
 * Frames JSON values that follow one another, over as many lines as they like: at the top, in a list, or in the list
 * under the key `array` of an object that holds nothing before it. Each value is one record. A newline within a string
 * ends its record, since JSON allows none there: a quote that is missing swallows no more than its line. So does a line
 * that starts with a brace where JSON allows none: a bracket that is missing does not swallow the records after it. Where
 * they follow one another without a newline, `}{` does, and `}{"name` in a text, after which JSON allows no name.
 * Newlines between the members of a record are given on as spaces, so that a block still has one record a line. Of values
 * that stand on one line, but in a list on one line, it says so: a text that one value took in as it came
 * can have ended it and made the next.
 */
export function jsonFramer(blockBytes: number, array: string | null): Framer {
  const envelope =
    array === null ? null : new RegExp(`^\\{[ \\t\\r\\n]*"${array}"[ \\t\\r\\n]*:[ \\t\\r\\n]*\\[`);
  let pending: Buffer = Buffer.alloc(0);
  /** Where the pending bytes start. */
  let offset = 0;
  /** Next byte to look at. */
  let at = 0;
  let value: Value | null = null;
  let long: LongRecord | null = null;
  /** Closing bytes that are due, the next one last. */
  const due: number[] = [];
  let gathered: FramedRecord[] = [];
  let gatheredBytes = 0;
  /** The next value stands on a line of its own. */
  let isApart = true;
  /** The value lies in a list that began on a line of its own, and goes on in it. */
  let isListed = false;
  /** A comma came since the last value, or the list began. */
  let hasComma = true;

  function flush(frames: Frame[]): void {
    if (gathered.length === 0) return;
    frames.push(blockOf(gathered));
    gathered = [];
    gatheredBytes = 0;
  }

  /** Ends the value before `end`. */
  function close(end: number, frames: Frame[]): void {
    const { start, adjoins } = value!;
    value = null;
    if (long) {
      growLong(long, pending.subarray(start, end));
      flush(frames);
      frames.push(misfit(long, 'record-too-long'));
      long = null;
      return;
    }
    const bytes = pending.subarray(start, end);
    if (bytes.length > MAX_RECORD_BYTES) {
      flush(frames);
      frames.push(misfit(startLong(bytes, offset + start), 'record-too-long'));
      return;
    }
    if (gatheredBytes + bytes.length + 1 > blockBytes) flush(frames);
    gathered.push({ offset: offset + start, bytes, adjoins });
    gatheredBytes += bytes.length + 1;
  }

  /** Takes a byte between values. False where more bytes are needed to tell what it is. */
  function between(byte: number, ended: boolean): boolean {
    if (byte === COMMA) hasComma = true;
    if (byte === NEWLINE) {
      // What writes a list as it came in puts its values on lines of their own, of which one can hold two.
      isApart = true;
      isListed = false;
    }
    if (byte === SPACE || byte === NEWLINE || byte === COMMA || byte === RETURN || byte === TAB) at += 1;
    else if (byte === due.at(-1)) {
      due.pop();
      isListed &&= due.length > 0;
      at += 1;
    } else if (byte === BYTE_ORDER_MARK[0]) {
      if (pending.length - at < 3 && !ended) return false;
      if (pending.subarray(at, at + 3).equals(BYTE_ORDER_MARK)) at += 3;
      else begin({ bare: true });
    } else if (byte === OPEN_LIST && due.length === 0) {
      due.push(CLOSE_LIST);
      isListed = isApart;
      hasComma = true;
      at += 1;
    } else if (byte === OPEN && envelope) {
      const opening = pending.toString('latin1', at, at + ENVELOPE_BYTES);
      const match = envelope.exec(opening);
      if (!match && opening.length < ENVELOPE_BYTES && !ended) return false;
      if (match) {
        due.push(CLOSE, CLOSE_LIST);
        isListed ||= isApart && due.length === 2;
        hasComma = true;
        at += match[0].length;
      } else begin({ bare: false });
    } else begin({ bare: byte !== OPEN && byte !== OPEN_LIST && byte !== QUOTE });
    return true;
  }

  function begin({ bare }: { bare: boolean }): void {
    const before = { byte: NEWLINE, newline: false };
    if (!hasComma) isListed = false;
    const adjoins = !isApart && !isListed;
    const last = gathered.at(-1);
    if (adjoins && last) last.adjoins = true;
    isApart = false;
    hasComma = false;
    value = { start: at, depth: 0, brackets: [], before, quoted: false, escaped: false, bare, adjoins };
    // The first byte of a bare value ends nothing, whatever it is.
    if (bare) at += 1;
  }

  /** The last byte of a value before a place that is no blank, and whether a newline came since. */
  function lastOf({ start, before }: Value, end: number): Value['before'] {
    let newline = false;
    for (let place = end - 1; place >= start; place -= 1) {
      const byte = pending[place]!;
      if (byte === NEWLINE) newline = true;
      else if (byte !== SPACE && byte !== RETURN && byte !== TAB) return { byte, newline };
    }
    return { byte: before.byte, newline: newline || before.newline };
  }

  /** A brace at the start of a line, or after another one that closes, where JSON allows none. */
  function misplaced(current: Value): boolean {
    if (current.depth === 0) return false;
    const { byte, newline } = lastOf(current, at);
    if (byte !== CLOSE && !newline) return false;
    if (current.depth > LEVELS) return true;
    const inList = current.brackets[current.depth - 1] === OPEN_LIST;
    if (inList ? byte === OPEN_LIST || byte === COMMA : byte === COLON) return false;
    isApart = newline;
    return true;
  }

  /** Place of the brace in `}{"name`, where the quote at hand ends that name and the other ended a text: JSON has none such. */
  function braceInText({ start }: Value): number | null {
    const skipped = (from: number, isSkipped: (byte: number) => boolean): number => {
      let place = from;
      while (place > start && at - place <= NAME_BYTES && isSkipped(pending[place]!)) place -= 1;
      return place;
    };
    const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB || byte === RETURN;
    const quote = skipped(at - 1, isOfName);
    if (quote === at - 1 || pending[quote] !== QUOTE) return null;
    const brace = skipped(quote - 1, isBlank);
    if (pending[brace] !== OPEN || brace <= start) return null;
    return pending[skipped(brace - 1, isBlank)] === CLOSE ? brace : null;
  }

  /** Takes bytes of a value, up to its end or that of the pending bytes. True where it has ended. */
  function within(current: Value): boolean {
    for (; at < pending.length; at += 1) {
      const byte = pending[at]!;
      // Outside of all brackets there is no event; where one may begin, it does.
      if (byte === OPEN && current.depth === 0 && lastOf(current, at).byte === CLOSE) return true;
      if (current.bare) {
        const ended = due.length > 0 && (byte === COMMA || byte === due.at(-1));
        if (ended || byte === NEWLINE) return true;
      } else if (current.quoted) {
        if (byte === NEWLINE) return true;
        if (current.escaped) current.escaped = false;
        else if (byte === BACKSLASH) current.escaped = true;
        else if (byte === QUOTE) {
          current.quoted = false;
          if (current.depth === 0) return past();
        }
      } else if (byte === QUOTE) {
        const brace = braceInText(current);
        if (brace !== null) {
          at = brace;
          return true;
        }
        current.quoted = true;
      } else if (byte === OPEN || byte === OPEN_LIST) {
        if (byte === OPEN && misplaced(current)) return true;
        if (current.depth < LEVELS) current.brackets[current.depth] = byte;
        current.depth += 1;
      } else if (byte === CLOSE || byte === CLOSE_LIST) {
        current.depth -= 1;
        if (current.depth === 0) return past();
      }
    }
    return false;
  }

  /** The byte at hand is the last of its value. */
  function past(): true {
    at += 1;
    return true;
  }

  function scan(frames: Frame[], ended: boolean): void {
    while (at < pending.length) {
      if (!value) {
        if (!between(pending[at]!, ended)) break;
      } else if (within(value)) close(at, frames);
    }
  }

  /** Lets go of bytes that have been framed; of a record that is too long already, all but its head and what is looked back at. */
  function letGo(): void {
    if (value && at - value.start > MAX_RECORD_BYTES + LOOK_BACK_BYTES) {
      const end = at - LOOK_BACK_BYTES;
      const bytes = pending.subarray(value.start, end);
      if (long) growLong(long, bytes);
      else long = startLong(bytes, offset + value.start);
      value.before = lastOf(value, end);
      value.start = end;
    }
    const from = value ? value.start : at;
    offset += from;
    pending = pending.subarray(from);
    at -= from;
    if (value) value.start = 0;
  }

  return {
    push(chunk) {
      const frames: Frame[] = [];
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      scan(frames, false);
      letGo();
      return frames;
    },
    end({ damaged }) {
      const frames: Frame[] = [];
      scan(frames, true);
      if (value && damaged) {
        const bytes = pending.subarray(value.start);
        const cut = long ?? startLong(bytes, offset + value.start);
        if (long) growLong(long, bytes);
        flush(frames);
        frames.push(misfit(cut, 'cut-by-damage'));
      } else if (value) close(pending.length, frames);
      flush(frames);
      return frames;
    },
  };
}

/** What no text of JSON is without between it and the next: a quote, a backslash, a bracket, a brace, a comma or a colon. */
const PARTING = new Set(Buffer.from('"\\[]{},:'));

function isOfName(byte: number): boolean {
  return byte >= SPACE && !PARTING.has(byte);
}

function blockOf(records: FramedRecord[]): Block {
  const bytes = Buffer.allocUnsafe(records.reduce((sum, record) => sum + record.bytes.length + 1, -1));
  let end = 0;
  for (const record of records) {
    if (end > 0) bytes[end++] = NEWLINE;
    record.bytes.copy(bytes, end);
    // Looked for in the record, not in the block: a search of the block runs on to its end.
    for (let at = record.bytes.indexOf(NEWLINE); at >= 0; at = record.bytes.indexOf(NEWLINE, at + 1))
      bytes[end + at] = SPACE;
    end += record.bytes.length;
  }
  return { kind: 'block', bytes, offset: records[0]!.offset, records };
}
