/** A row that is straight from the cells is the row of the SELECT, whatever stands in them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { benchLines } from '../../bench/lines.ts';
import { formatAssets } from '../../src/adapters/assets.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import type { Member } from '../../src/ingest/projection.ts';
import { countRecords } from '../../src/ingest/text.ts';
import { createRandom, type Random } from '../../src/simulate/random.ts';
import { assertSame, made } from './both-ways.ts';
import { type LakeOptions, temporaryLake } from './temporary-lake.ts';

const RECORDS = 6_000;

/** What stands between two of a list's words. */
const listed = (text: string): string[] => text.split(' ~ ');

const TEXTS = [
  ...listed(String.raw`- ~ -- ~ 0 ~ -0 ~ é ~ Ü.example ~ a b ~ a"b ~ a\b ~ \x22 ~ '; drop--`),
  '',
  '\u0000',
  '\u2028',
];
const NUMBERS = listed('0 ~ -1 ~ -5 ~ 007 ~ 1.5 ~ 1e3 ~ 65535 ~ 65536 ~ 1099511627776 ~ 1099511627777');
const LONG_NUMBERS = listed('123456789012345 ~ 1234567890123456 ~ 9223372036854775807 ~ 9223372036854775808');
const ADDRESSES = listed(
  '198.51.100.7 ~ 10.0.0.8 ~ 2001:db8::7 ~ 2001:DB8:0::7 ~ ::ffff:198.51.100.7 ~ 173.245.48.1 ~ 1.2.3.256 ~ 01.2.3.4 ~ 198.51.100.7:443 ~ [2001:db8::1]:5 ~ fe80::1%eth0 ~ localhost',
);
const TIMES = listed(
  '2019-11-11T15:42:00Z ~ 2019-11-11T15:42:00.5Z ~ 2019-11-11T15:42:00.123456789Z ~ 2019-11-11T15:42:00.1234567891Z ~ 2019-11-11T15:42:60Z ~ 2019-10-31T23:59:60Z ~ 2019-10-31T23:59:60.5Z ~ 2019-11-11T15:42:00+99:99 ~ 2019-11-11T15:42:00-00:60 ~ 2019-02-29T00:00:00Z ~ 2019-11-11T24:00:00Z ~ 2019-11-11 15:42:00Z ~ 2019-11-11T15:42:00+01:00 ~ 2019-11-11T15:42Z ~ 1989-12-31T23:59:59Z ~ 2049-01-01T00:00:00Z ~ 2019-11-12T00:00:00Z ~ 0001-01-01T00:00:00Z ~ 9999-12-31T23:59:59Z',
);
const CLF_TIMES = listed(
  '11/Nov/2019:15:42:00 +0100 ~ 11/Nov/2019:00:30:00 +0100 ~ 11/Nov/2019:23:59:59 -1200 ~ 11/Nov/2019:23:59:59 -1300 ~ 11/Nov/2019:15:42:00 +1400 ~ 11/Nov/2019:15:42:00 +1401 ~ 11/Nov/2019:15:42:00 -9999 ~ 11/Nov/2019:15:42:00 +0160 ~ 31/Oct/2019:23:59:60 +0000 ~ 31/Oct/2019:18:59:60 -0500 ~ 31/Nov/2019:00:00:00 +0000 ~ 11/nov/2019:15:42:00 +0000 ~ 11/Nov/2019:15:42:60 +0000 ~ 11/Nov/2019:15:42:00 -0059 ~ 11/Nov/1970:00:00:00 +0000',
);
const STAMPS = listed(
  '1573486920 ~ 1573486920123 ~ 1573486920123456 ~ 1573486920123456789 ~ 157348692 ~ 15734869201 ~ 0 ~ 999999999 ~ 15734869201234567890',
);
const TARGETS = listed(
  '/ ~ /? ~ /a?b?c ~ /a%20b?q=é ~ * ~ - ~ http://www.example.com/a?b ~ https://www.example.com ~ ? ~ // ~ /a#b ~ www.example.com:443',
);
const HOSTS = listed(
  'WWW.Example.COM ~ www.example.com:8080 ~ É.example ~ - ~ a:b:1 ~ :80 ~ -:80 ~ İ.example',
);
const POOLS = [TEXTS, NUMBERS, LONG_NUMBERS, ADDRESSES, TIMES, CLF_TIMES, STAMPS, TARGETS, HOSTS];

/** A plain line, in pieces: every second one is a cell. */
const ALB =
  'https| |2019-11-11T15:42:00.186641Z| |app/www/50dc6c495c0c9188| |192.0.2.1|:|2817| |10.0.0.1:80| |0.086| |0.048| |0.037| |200| |200| |34| |366| "|GET| |https|://|www.example.com|:|443||/a?b=1| |HTTP/1.1|" "|curl/7.46.0|" |ECDHE-RSA-AES128-GCM-SHA256| |TLSv1.2| |arn:aws:x| "|Root=1-58337262|" "|www.example.com|" "|arn:aws:y|" |0| |2019-11-11T15:42:00.100000Z| "|forward|"| "-" "-" "-" "-" "-" "-"';
const COMBINED =
  '192.0.2.1| |-| |-| [|11/Nov/2019:15:42:00 +0000|] "|GET| |/a?b| |HTTP/1.1|" |200| |512| "|https://www.example.com/|" "|Mozilla/5.0|"|';

/** A line in which some cells are others', of the pools or of the words that mean something. */
function line(pieces: string, words: readonly string[], random: Random): string {
  const taken = pieces.split('|');
  for (let changes = random.below(3); changes > 0; changes -= 1)
    taken[random.below(taken.length)] = random.chance(0.4)
      ? random.pick(words)
      : random.pick(random.pick(POOLS));
  return taken.join('');
}

const ALB_WORDS = listed(
  'waf ~ waf,forward ~ waf-failed ~ 403 ~ 460 ~ - ~ 502 ~ h2 ~ ws ~ wss ~ PUT ~ -1 ~ -0.001 ~ 0.0000001 ~ 12 ~ .5 ~ 5. ~ 1.2.3 ~ 99999999.000001 ~ HTTP/3.0 ~ HTTP/2.0 ~  "x"',
);
const COMBINED_WORDS = listed(
  'HEAD ~ PROPFIND ~ HTTP/2 ~ HTTP/0.9 ~ 304 ~ - ~ 20 ~ 2000 ~ 000 ~  0.004 ~  "203.0.113.9" ~ user ~ a.b ~ \t',
);

const KEYS = parseFormat(formatAssets().find(({ id }) => id === 'cloudflare-http-requests')!).straight!.cells
  .names;
const OTHER_KEYS = ['Cookies', 'EdgeResponseCompressionRatio'];
const CLOUDFLARE =
  'ClientIP="192.0.2.1" ~ ClientSrcPort=40000 ~ ClientRequestHost="www.example.com" ~ ClientRequestMethod="GET" ~ ClientRequestURI="/a?b" ~ EdgeStartTimestamp=1573486920123456789 ~ EdgeResponseStatus=200 ~ OriginResponseStatus=200 ~ OriginResponseDurationMs=12 ~ SecurityActions=[] ~ EdgeResponseCompressionRatio=2.64';
const JSON_VALUES = listed(
  String.raw`null ~ true ~ false ~ 0 ~ 1 ~ -1 ~ 403 ~ 429 ~ 1.5 ~ 0.0 ~ 1e3 ~ 01 ~ 12345678901234567890 ~ {} ~ {"a":"b"} ~ [] ~ ["block"] ~ ["Block"] ~ ["log","block"] ~ ["challenge"] ~ ["ratelimit"] ~ ["firewallCustom","ratelimit"] ~ ["r1","r2"] ~ ["log"] ~ ["log","quarantine"] ~ ["js_challenge_failed"] ~ "quarantine" ~ "managed_challenge" ~ [1,null,true] ~ [[]] ~ ["a",] ~ "block" ~ "unknown" ~ "ban" ~ "jschallenge" ~ "none" ~ "NONE" ~ "gb" ~ "T1" ~ "tor" ~ "x\"y" ~ "\u00e9" ~ "\ud800" ~ "a\uDC80\ud83d\ude00" ~ "a\\ud800" ~ "é" ~ "a	b" ~ " ~ "1573486920" ~ "443" ~ " 443" ~ "4e2" ~ -0 ~ -999 ~ "-0.3" ~ "-7" ~ "[]" ~ "[1]" ~ [1] ~ [1.50] ~ [-0]`,
);

function cloudflareLine(random: Random): string {
  const members = listed(CLOUDFLARE).map(
    (member) => /^(\w+)=(.*)$/.exec(member)!.slice(1) as [string, string],
  );
  // The time of the server behind has two names.
  if (random.chance(0.3))
    members.splice(
      members.findIndex(([key]) => key.endsWith('DurationMs')),
      1,
    );
  for (let changes = random.below(4); changes > 0; changes -= 1) {
    const quoted = (): string => JSON.stringify(random.pick(random.pick(POOLS)));
    const value = random.chance(0.6)
      ? random.pick(JSON_VALUES)
      : random.chance(0.7)
        ? quoted()
        : random.pick(STAMPS);
    const member: [string, string] = [random.pick([...KEYS, ...OTHER_KEYS]), value];
    const known = members.findIndex(([key]) => key === member[0]);
    // Now and then a key stands twice.
    if (known >= 0 && random.chance(0.9)) members[known] = member;
    else members.splice(random.below(members.length + 1), 0, member);
  }
  if (random.chance(0.1)) members.splice(random.below(members.length), 1);
  const text = `{${members.map(([key, value]) => `"${key}":${value}`).join(',')}}`;
  return random.chance(0.02)
    ? text.replace(',', ', ')
    : random.chance(0.02)
      ? text.slice(0, random.below(text.length))
      : text;
}

const LINES: Record<string, (random: Random) => string> = {
  'aws-alb': (random) => line(ALB, ALB_WORDS, random),
  'apache-combined': (random) => line(COMBINED, COMBINED_WORDS, random),
  'cloudflare-http-requests': cloudflareLine,
};

function blockOf(format: Format, seed: number): Member {
  const random = createRandom(seed, `straight/${format.id}`);
  const lines = Array.from({ length: RECORDS }, () => LINES[format.id]!(random).replaceAll('\n', ' '));
  const text = Buffer.from(lines.join('\n'));
  return { objectId: null, text, firstRecord: 1, records: countRecords(text), header: null, adjoining: null };
}

/** The rows and minutes of a lake of one log that is read in many parts, with straight rows and without. */
async function bothLakes(lines: string, options: LakeOptions): Promise<unknown[][]> {
  const answers: unknown[][] = [];
  for (const isStraight of [true, false]) {
    const lake = await temporaryLake(options);
    if (!isStraight)
      lake.context.formats = lake.context.formats.map((format) => ({ ...format, straight: null }));
    const { parts } = await lake.take(lines);
    assert.equal(
      parts.some(({ key }) => /-\d*[13579]\.parquet$/.test(key)),
      isStraight,
    );
    const minutes =
      'select minute, host, sum(requests) as n, sum(status_2xx) as ok, sum(response_bytes) as bytes';
    answers.push([
      await lake.rows('select * from http_activity order by record_no'),
      await lake.rows(`${minutes} from minute_activity group by minute, host order by minute, host`),
    ]);
  }
  return answers;
}

test('Parts of one object that are made at a time hold the rows of the SELECT, each once', async () => {
  const [straight, selected] = await bothLakes([...benchLines('alb', 3_000)].join(''), {
    partBytes: 1 << 16,
  });
  assert.deepEqual(straight, selected);
  assert.equal((straight![0] as unknown[]).length, 3_000);
});

test('An address is what it was on the day of its request, also where the first record of a part is of another', async () => {
  const line = (day: number, request: string): string =>
    `198.51.100.7 - - [${day}/Nov/2019:00:00:00 +0000] "${request} HTTP/1.1" 200 5 "-" "curl"`;
  const lines = [
    line(10, 'OPTIONS *'),
    ...Array.from({ length: 400 }, (_, index) => line(11, `GET /${index}`)),
  ];
  const networks = [
    'cidr,asn,as_org,country,network_type,valid_from,valid_until',
    '198.51.100.0/24,64500,Before,FR,hosting,,2019-11-10',
    '198.51.100.0/24,64501,After,NL,cdn,2019-11-11,',
  ].join('\n');
  const [straight, selected] = await bothLakes(lines.join('\n'), { networks, partBytes: 1 << 14 });
  assert.deepEqual(straight, selected);
});

test('Bytes of a minute are added up beyond what a number holds', async () => {
  const line = `192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 ${2 ** 40 - 1} "-" "curl"`;
  const lines = Array.from({ length: 12_000 }, () => line).join('\n');
  const [straight, selected] = await bothLakes(lines, { partBytes: 1 << 22 });
  assert.deepEqual(straight![1], selected![1]);
  assert.equal((straight![1] as { bytes: bigint }[]).length, 1);
});

describe('A straight row is that of the SELECT', () => {
  const formats = formatAssets()
    .map(parseFormat)
    .filter(({ straight }) => straight !== null);
  assert.deepEqual(formats.map(({ id }) => id).sort(), Object.keys(LINES).sort());
  for (const format of formats) {
    for (const seed of [1, 2, 3]) {
      test(`whatever its cells are: ${format.id}, seed ${seed}`, async () => {
        const blocks = [blockOf(format, seed)];
        const selected = await made(format, { blocks, way: 'project' });
        for (const way of ['stream', 'together'] as const) {
          const straight = await made(format, { blocks, way });
          assertSame(straight, selected);
          // Both ways were gone.
          const { rows } = straight.block.ledger;
          assert.ok(
            straight.straightRows > RECORDS / 10 && straight.straightRows < rows,
            `${straight.straightRows} of ${rows}`,
          );
        }
      });
    }
  }
});
