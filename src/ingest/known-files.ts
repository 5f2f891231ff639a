/**
 * Files that are known to be something else than a log that can be read, and what to do with each: by their first bytes,
 * whatever they are called, or by their first lines, where no format takes them.
 */
type KnownFile = {
  reason: string;
  starts: readonly Buffer[];
  at?: number;
  /** The magic is text, which a client can write into the first lines of a log. */
  isText?: boolean;
};

const bytes = (...hex: string[]): Buffer[] => hex.map((each) => Buffer.from(each, 'hex'));
const text = (...words: string[]): Buffer[] => words.map((each) => Buffer.from(each, 'latin1'));

const unpack = (what: string, how: string): string =>
  `is ${what}, which is not unpacked here: unpack it first (${how}) and give what it holds`;
export const HOLDS_ARCHIVE =
  'holds an archive, and only a file of its own is opened as one: unpack it and give what it holds';
export const HOLDS_ARCHIVE_IN_S3 =
  'holds an archive, which "ascribe ingest" on the command line opens under a name that ends as one (.zip, .tar, .tar.gz): copy it to such a name';
const PACKETS =
  'holds packets, not logs: make flows of them with nfpcapd, and give what nfdump -o csv writes of those';
const UTF16 = (order: string): string =>
  `is text in UTF-16: convert it to UTF-8 first (iconv -f UTF-16${order} -t UTF-8) and give that`;

/** Magic numbers, as the formats' own documents have them. */
const BY_BYTES: readonly KnownFile[] = [
  // A zip, or a tar of POSIX or GNU: its headers among the records of its members would be a log with damage.
  { reason: HOLDS_ARCHIVE, starts: bytes('504b0304', '504b0506') },
  { reason: HOLDS_ARCHIVE, starts: text('ustar'), at: 257, isText: true },
  { reason: unpack('an xz file', 'xz -d'), starts: bytes('fd377a585a00') },
  { reason: unpack('a 7z archive', '7z x'), starts: bytes('377abcaf271c') },
  { reason: unpack('a RAR archive', 'unrar x'), starts: text('Rar!\x1a\x07') },
  { reason: unpack('an lz4 file', 'lz4 -d'), starts: bytes('04224d18') },
  { reason: unpack('a file of compress', 'uncompress'), starts: bytes('1f9d') },
  { reason: unpack('packed twice, with gzip within', 'gzip -d'), starts: bytes('1f8b08') },
  { reason: unpack('packed twice, with zstd within', 'zstd -d'), starts: bytes('28b52ffd') },
  {
    reason: 'is a Parquet file: write its rows out as text first, in the layout of a log that can be read',
    starts: text('PAR1'),
    isText: true,
  },
  {
    reason: 'is a PDF document, and no log: give the log that it was made from',
    starts: text('%PDF-'),
    isText: true,
  },
  {
    reason: 'is a document of Microsoft Office, and no log: give the log that it was made from',
    starts: bytes('d0cf11e0a1b11ae1'),
  },
  {
    reason:
      'is an SQLite database: write its rows out as text first, in the layout of a log that can be read',
    starts: text('SQLite format 3\0'),
  },
  {
    reason: 'is an event log of Windows: of a web server there, give the W3C logs of IIS',
    starts: text('ElfFile\0'),
  },
  {
    reason: 'is a journal of systemd: write out the messages of the log in it first (journalctl -o cat)',
    starts: text('LPKSHHRH'),
  },
  { reason: PACKETS, starts: bytes('d4c3b2a1', 'a1b2c3d4', '4d3cb2a1', 'a1b23c4d', '0a0d0d0a') },
  {
    reason: 'is a file of nfcapd, in binary: write it out first (nfdump -r FILE -o csv) and give that',
    starts: bytes('0ca50100', '0ca50200'),
  },
  { reason: UTF16(''), starts: bytes('fffe', 'feff') },
];

const OFFICE_PART = /^(\[Content_Types\]\.xml$|(_rels|docProps|word|xl|ppt)\/)/;

/** Lines that no format takes. */
const BY_LINES: readonly { reason: string; pattern: RegExp }[] = [
  {
    reason:
      'is an error log of nginx, which is not read: give its access log (access_log in its configuration)',
    pattern:
      /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(debug|info|notice|warn|error|crit|alert|emerg)\] \d+#\d+: /,
  },
  {
    reason:
      'is a delivery of CloudWatch Logs, with the records of a log within: take those out, a line each (jq -r ".logEvents[].message"), and give them',
    pattern: /^\s*\{[\s\S]*"logEvents"\s*:\s*\[|^\s*\{[\s\S]*"messageType"\s*:\s*"(DATA|CONTROL)_MESSAGE"/,
  },
  {
    reason:
      'is an answer of aws logs, with the records of a log within: take those out, a line each (jq -r ".events[].message"), and give them',
    pattern: /^\s*\{\s*"events"\s*:\s*\[[\s\S]*"(ingestionTime|logStreamName)"\s*:/,
  },
];

/** Why an object can't be read as a log, where its first bytes say what else it is; null for anything else. */
export function knownByBytes(start: Buffer): string | null {
  return knownBy(start, ({ isText = false }) => !isText || start.includes(0)) ?? utf16WithoutMark(start);
}

function knownBy(start: Buffer, isSound: (file: KnownFile) => boolean): string | null {
  const found = BY_BYTES.find(
    (file) =>
      isSound(file) &&
      file.starts.some((magic) => start.subarray(file.at ?? 0, (file.at ?? 0) + magic.length).equals(magic)),
  );
  return found?.reason ?? null;
}

/** The same where no format takes its first lines: by these, and by the name of a member of an archive. */
export function knownByLines(
  { lines, start }: { lines: readonly string[]; start: Buffer },
  name: string,
): string | null {
  const known = knownBy(start, () => true);
  if (known) return known;
  const [first = ''] = lines;
  if (OFFICE_PART.test(name) && /^<\?xml /.test(first))
    return 'is a part of a document of Microsoft Office, and no log: give the log that it was made from';
  const head = lines.join('\n');
  return BY_LINES.find(({ pattern }) => pattern.test(head))?.reason ?? null;
}

/** Text of mostly Latin letters has a zero as every second byte there, and no other. */
function utf16WithoutMark(start: Buffer): string | null {
  const pairs = Math.floor(start.length / 2);
  const zeros = [0, 0];
  for (let at = 0; at < pairs * 2; at += 1) if (start[at] === 0) zeros[at % 2]! += 1;
  const isMost = (count: number): boolean => pairs > 1 && count * 10 > pairs * 9;
  if (zeros[0] === 0 && isMost(zeros[1]!)) return UTF16('LE');
  return zeros[1] === 0 && isMost(zeros[0]!) ? UTF16('BE') : null;
}
