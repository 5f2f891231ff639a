/** A file that is known to be something else is named for what it is, with what to do. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { tar, zip } from '../adapters/made-archives.ts';
import { apacheLine } from './lines.ts';
import { logObject, temporaryLake } from './temporary-lake.ts';

const line = `${apacheLine()}\n`;
const hex = (start: string): Buffer => Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(64, 0xa7)]);
const latin = (start: string): Buffer =>
  Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(64, 0xa7)]);
const little = Buffer.from(line.repeat(9), 'utf16le');
const answer = { timestamp: 1_573_486_920_000, message: 'x', ingestionTime: 1_573_486_920_001 };

describe('A refusal names', () => {
  for (const [name, content, says] of [
    [
      'utf16.log',
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      /UTF-16: convert it to UTF-8 .*iconv -f UTF-16 /,
    ],
    ['utf16le.log', little, /iconv -f UTF-16LE -t UTF-8/],
    ['utf16be.log', Buffer.from(little).swap16(), /iconv -f UTF-16BE -t UTF-8/],
    ['a.log.xz', hex('fd377a585a00'), /is an xz file, .*unpack it first \(xz -d\)/],
    ['a.7z', hex('377abcaf271c'), /is a 7z archive, .*unpack it first/],
    ['a.rar', latin('Rar!\x1a\x07\x01\0'), /is a RAR archive, .*unpack it first/],
    ['twice.gz', gzipSync(gzipSync(line)), /is packed twice, with gzip within/],
    ['mixed.gz', gzipSync(zstdCompressSync(line)), /is packed twice, with zstd within/],
    ['zip.gz', gzipSync(readFileSync(zip([{ name: 'a', content: line }]).file)), /holds an archive/],
    ['tar.zst', readFileSync(tar([{ name: 'a', content: line }]).file), /holds an archive/],
    ['a.parquet', latin('PAR1'), /is a Parquet file/],
    ['a.pdf', latin('%PDF-1.7\n'), /is a PDF document/],
    ['a.xls', hex('d0cf11e0a1b11ae1'), /document of Microsoft Office/],
    ['a.pcap', hex('d4c3b2a1'), /holds packets, not logs: /],
    ['a.pcapng', hex('0a0d0d0a'), /holds packets, not logs: /],
    ['a.db', latin('SQLite format 3\0'), /is an SQLite database/],
    ['nfcapd.201911111540', hex('0ca50100'), /is a file of nfcapd, .*nfdump -r FILE -o csv/],
    ['a.evtx', latin('ElfFile\0'), /is an event log of Windows/],
    ['a.journal', latin('LPKSHHRH'), /is a journal of systemd/],
    [
      'error.log',
      '2019/11/11 15:42:00 [error] 12#12: *5 open() "/x" failed, client: 192.0.2.1\n',
      /is an error log of nginx/,
    ],
    [
      'firehose.json',
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        owner: '123456789012',
        logEvents: [{ id: '1', message: line }],
      }),
      /is a delivery of CloudWatch Logs, .*\.logEvents\[\]\.message/,
    ],
    [
      'filtered.json',
      JSON.stringify({ events: [answer], searchedLogStreams: [] }, null, 4),
      /is an answer of aws logs, .*\.events\[\]\.message/,
    ],
  ] as const)
    test(name, async () => {
      const lake = await temporaryLake();
      const [outcome] = await lake.ingest([logObject(name, Buffer.from(content))]);
      assert.equal(outcome!.status, 'refused');
      if (outcome!.status === 'refused') assert.match(outcome!.reason, says);
    });
});

test('a log is read whatever it is called, and whatever words are in it', async () => {
  const lake = await temporaryLake();
  const words = apacheLine({ request: 'GET /?"logEvents":["messageType":"DATA_MESSAGE" HTTP/1.1' });
  for (const [name, content] of [
    ['PAR1.xz', line],
    ['words.log', `${words}\n`],
  ] as const) {
    const [outcome] = await lake.ingest([logObject(name, content)]);
    assert.equal(outcome!.status, 'ingested', name);
  }
});

describe('A log is no other file for what a client wrote into its first lines', () => {
  const agents = (agent: string): string =>
    [apacheLine({ agent }), ...Array(9).fill(apacheLine())].join('\n');
  const upTo = (count: number, text: string): string => {
    const before = apacheLine({ agent: '' }).length - 1;
    return agents(`${'x'.repeat(count - before)}${text}`);
  };

  for (const [name, content] of [
    ['the mark of a tar', upTo(257, 'ustar')],
    ['the mark of a Parquet file', `PAR1.example:80 ${apacheLine()}\n`.repeat(9)],
    ['that of a PDF', `%PDF-.example:80 ${apacheLine()}\n`.repeat(9)],
  ] as const)
    test(name, async () => {
      if (name === 'the mark of a tar') assert.equal(content.slice(257, 262), 'ustar');
      const lake = await temporaryLake();
      const { format, ledger } = await lake.take(content);
      assert.equal(format, 'apache-combined');
      assert.equal(ledger.rejects, 0);
    });
});
