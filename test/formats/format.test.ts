import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import { recogniseFormat, type Sample } from '../../src/formats/recognise.ts';
import { HeaderError } from '../../src/lake/header.ts';
import { smallBook } from '../enrich/small-book.ts';
import { albLine, apacheLine, cloudflareLine } from '../ingest/lines.ts';

const projector = await duckDbProjector(createEnricher(smallBook(), null));
after(() => projector.close());

const formats = formatAssets().map(parseFormat);
const SOUND = `/*
title: A format
reference: https://example.com/format
table: http_activity
framing: lines
vantage: origin
recognise:
  pattern: '^x'
  expects: an x
*/
select record_no, cast(1 as bigint) as time_ns, 's' as time_precision, cast(null as varchar) as reject from records`;

const sampleOf = (lines: string[]): Sample => ({
  lines,
  values: () => lines,
  all: () => lines,
  apart: () => lines,
});

const without = (line: RegExp) => SOUND.replace(line, '');

describe('Every format of the house', () => {
  test('is there', () => {
    assert.deepEqual(
      formats
        .map(({ id }) => id)
        .filter((id) => ['apache-combined', 'aws-alb', 'cloudflare-http-requests'].includes(id)),
      ['apache-combined', 'aws-alb', 'cloudflare-http-requests'],
    );
  });

  for (const format of formats) {
    test(`names its reference and says of each field that it leaves out why: ${format.id}`, () => {
      assert.equal(new URL(format.reference).protocol, 'https:');
      assert.ok(format.title.length > 5 && format.recognise.expects.length > 10);
      assert.ok(Object.keys(format.mapped).length > 0);
      for (const [field, reason] of Object.entries(format.unmapped)) {
        assert.equal(typeof reason, 'string', field);
        assert.ok(reason.length > 10, `${field}: ${reason}`);
        const words = format.sql.replaceAll(/--.*$/gm, '');
        assert.doesNotMatch(words, new RegExp(`\\b${field}\\b as`), `${field} is mapped`);
      }
    });

    test(`says of each column which field it comes from, and of each field what it becomes: ${format.id}`, async () => {
      const columns = await projector.columns(format);
      const said = new Set(Object.values(format.mapped).flat());
      const own = ['record_no', 'reject', 'notice', 'peer_basis'];
      assert.deepEqual(
        [...columns].filter((name) => !own.includes(name) && !said.has(name)),
        [],
        'columns that no field is said to become',
      );
      assert.deepEqual(
        [...said].filter((name) => !columns.has(name)),
        [],
        'columns that the SELECT lacks',
      );
      const both = Object.keys(format.mapped).filter((field) => field in format.unmapped);
      assert.deepEqual(both, [], 'fields both mapped and unmapped');
    });

    test(`has a SELECT that DuckDB takes, of columns of its table: ${format.id}`, async () => {
      const projection = await projector.open({ format, receivedAt: new Date(), label: 'x' });
      await projection.close();
    });
  }
});

describe('A format file', () => {
  const parse = (text: string): Format => parseFormat({ id: 'mine', text });

  test('is read as it stands', () => {
    const format = parse(SOUND);
    assert.deepEqual(
      [format.id, format.title, format.vantage, format.source, format.table.name, format.unmapped],
      ['mine', 'A format', 'origin', null, 'http_activity', {}],
    );
    assert.ok(format.recognise.pattern.test('xyz'));
    assert.match(format.sql, /^select record_no/);
  });

  for (const { what, text, message } of [
    {
      what: 'no header',
      text: 'select 1',
      message: /^formats\/mine\.sql: line 1: the file starts with no \/\* header \*\/ comment$/,
    },
    {
      what: 'a header that is no YAML',
      text: '/*\ntitle: a\nreference: [b\n*/\nselect 1',
      message: /^formats\/mine\.sql: line [34]: the header is no YAML: /,
    },
    {
      what: 'a header without keys',
      text: '/*\njust words\n*/\nselect 1',
      message: /line 2: the header is no list of keys and values/,
    },
    {
      what: 'an empty header',
      text: '/*\n\n*/\nselect 1',
      message: /line 2: the header is no list of keys and values/,
    },
    { what: 'no title', text: without(/title.*\n/), message: /lacks "title"/ },
    { what: 'no reference', text: without(/reference.*\n/), message: /lacks "reference"/ },
    { what: 'no table', text: without(/table.*\n/), message: /lacks "table"/ },
    {
      what: 'another table',
      text: SOUND.replace('http_activity', 'flows'),
      message: /table is none of http_activity/,
    },
    { what: 'no vantage', text: without(/vantage.*\n/), message: /lacks "vantage"/ },
    {
      what: 'another vantage',
      text: SOUND.replace('origin', 'moon'),
      message: /vantage is none of edge, firewall,/,
    },
    {
      what: 'another framing',
      text: SOUND.replace('lines', 'pages'),
      message: /framing is none of lines, json/,
    },
    { what: 'no pattern', text: without(/ {2}pattern.*\n/), message: /lacks "pattern"/ },
    { what: 'nothing that it expects', text: without(/ {2}expects.*\n/), message: /lacks "expects"/ },
    {
      what: 'a pattern that is none',
      text: SOUND.replace("'^x'", "'^(x'"),
      message: /^formats\/mine\.sql: .*pattern/,
    },
  ]) {
    test(`with ${what} is refused by its name`, () => {
      assert.throws(
        () => parse(text),
        (error: Error) => {
          assert.ok(error instanceof HeaderError, String(error));
          assert.match(error.message, /^formats\/mine\.sql: /);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  for (const { what, text, message } of [
    {
      what: 'a column that no table has',
      text: SOUND.replace('as reject', 'as reject, 1 as colour'),
      message: /no column of http_activity: colour/,
    },
    { what: 'SQL that is none', text: SOUND.replace('from records', 'from nowhere'), message: /nowhere/ },
  ]) {
    test(`with ${what} is refused by its name when it is first used`, async () => {
      const opened = projector.open({
        format: { ...parse(text), id: `mine-${what}` },
        receivedAt: new Date(),
        label: 'x',
      });
      await assert.rejects(opened, (error: Error) => {
        assert.ok(error instanceof HeaderError);
        assert.match(error.message, /^formats\/mine\.sql: line 11: /);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe('A format is recognised', () => {
  const idOf = (records: string[]) => recogniseFormat(sampleOf(records), formats).format?.id ?? null;

  for (const [id, line] of [
    ['apache-combined', apacheLine()],
    ['apache-combined', '192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "-" 408 -'],
    ['apache-combined', apacheLine({ prefix: 'www.example.com:443 ' })],
    ['aws-alb', albLine()],
    ['aws-alb', albLine({ client: '[2001:db8::1]:80', target: '-', waits: '-1 -1 -1' })],
    ['cloudflare-http-requests', cloudflareLine()],
    ['cloudflare-http-requests', '{ "EdgeEndTimestamp" : 1573486920 }'],
  ] as const)
    test(`by its first record: ${id}, ${line.slice(0, 30)}`, () => assert.equal(idOf([line]), id));

  test('by most of the records, blank ones and line ends apart', () => {
    assert.equal(idOf(['', `${apacheLine()}\r`, '  ', 'damaged', `${apacheLine()}\r`]), 'apache-combined');
    assert.equal(idOf([albLine(), apacheLine(), apacheLine()]), 'apache-combined');
    assert.equal(idOf([apacheLine(), albLine(), albLine()]), 'aws-alb');
  });

  describe('by a header', () => {
    const W3C = '#Fields: date time c-ip cs-method';
    const headers = {
      'w3c-extended': W3C,
      'aws-cloudfront': '#Fields: date time x-edge-location c-ip',
      'aws-vpc-flow': 'version account-id interface-id',
      'nfdump-csv': 'ts,te,td,sa,da',
    };
    const record = '2019-11-11 15:42:00 192.0.2.1 GET';

    for (const [id, header] of Object.entries(headers)) {
      test(`before all records: ${id}`, () => {
        assert.equal(idOf(['', header, ...Array.from({ length: 9 }, () => apacheLine())]), id);
        // Of the same log, of which the first records have lost theirs.
        assert.equal(idOf([record, 'x', header, record]), id);
      });

      test(`not by one that a client wrote into another log: ${id}`, () => {
        const written = apacheLine({ prefix: `${header} ` });
        const others = Array.from({ length: 3 }, () => apacheLine({ prefix: 'www.example.com ' }));
        assert.equal(idOf([...others, written]), 'apache-combined');
        assert.equal(idOf([written, ...others]), 'apache-combined');
        assert.equal(idOf([...others, header, 'damaged']), 'apache-combined');
      });
    }

    test('after others of its block, the first where there are two', () => {
      const opening = ['#Software: x', '#Version: 1.0', '#Date: 2019-11-11 00:00:00'];
      assert.equal(idOf([...opening, W3C, record]), 'w3c-extended');
      assert.equal(idOf([W3C, headers['aws-cloudfront'], record]), 'w3c-extended');
      assert.equal(idOf([headers['aws-cloudfront'], W3C, record]), 'aws-cloudfront');
    });
  });

  test('by half of the records, not by less', () => {
    assert.equal(idOf([apacheLine(), 'no log']), 'apache-combined');
    assert.equal(idOf([apacheLine(), 'no log', 'no log']), null);
  });

  test('or not, with the first reason of each that was tried', () => {
    const recognition = recogniseFormat(sampleOf([apacheLine(), 'no log', 'no log']), formats);
    assert.equal(recognition.format, null);
    if (recognition.format !== null) return;
    const reasons = Object.fromEntries(recognition.tried.map(({ id, reason }) => [id, reason]));
    assert.match(reasons['apache-combined']!, /^record 2 lacks an address, a time in brackets/);
    assert.match(reasons['aws-alb']!, /^record 1 lacks a type \(http/);
    assert.match(reasons['cloudflare-http-requests']!, /^record 1 lacks a JSON object a line/);
    assert.equal(recognition.tried.length, formats.length);
  });

  test('of JSON by its lines alone, where each is an object', () => {
    const values = () => assert.fail('cut as JSON too');
    const lines = [cloudflareLine(), cloudflareLine()];
    assert.deepEqual(recogniseFormat({ lines, values, all: () => [], apart: () => [] }, formats), {
      format: formats.find(({ id }) => id === 'cloudflare-http-requests'),
      cut: 'lines',
      header: null,
    });
  });

  test('by the list in its lines, where a format before all others looks for that', () => {
    const json = (id: string, { array, pattern }: { array: string; pattern: string }): Format => {
      const text = SOUND.replace('framing: lines', `framing: json\n${array}`).replace("'^x'", `'${pattern}'`);
      return parseFormat({ id, text });
    };
    const listed = json('listed', { array: 'array: Records', pattern: '^\\{"event"' });
    const any = json('any', { array: '', pattern: '^\\{' });
    const lines = ['{"Records":[{"event":1}]}', '{"Records":[{"event":2}]}'];
    const values = (array: string | null) => (array === 'Records' ? ['{"event":1}', '{"event":2}'] : lines);
    assert.deepEqual(recogniseFormat({ lines, values, all: () => [], apart: () => [] }, [listed, any]), {
      format: listed,
      cut: 'json',
      header: null,
    });
    assert.deepEqual(recogniseFormat({ lines, values, all: () => [], apart: () => [] }, [any, listed]), {
      format: any,
      cut: 'lines',
      header: null,
    });
  });

  test('in no records at all, not', () => {
    assert.deepEqual(recogniseFormat(sampleOf(['', ' ']), formats), { format: null, tried: [] });
  });
});
