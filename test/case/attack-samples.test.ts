/**
 * Lines that others publish as attacks, and what a report of them must say: by hand, each with its reason. They lie
 * beside the project (samples of the CrowdSec hub) and are no part of it.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ReportModel } from '../../src/report/model.ts';
import { investigateObjects, memoryObject } from './scenario-lake.ts';

const HUB = fileURLToPath(new URL('../../../shared/samples/crowdsecurity+hub/', import.meta.url));
const skip = existsSync(HUB) ? false : 'the folder of samples beside the project is absent';

const read = (path: string): string => readFileSync(`${HUB}${path}`, 'utf8');

async function modelOf(text: string): Promise<ReportModel> {
  const { result } = await investigateObjects([memoryObject('access.log', Buffer.from(text))], {
    networks: null,
  });
  return result.model;
}

/** Readers of a small site from six hours before a moment to two after it, 20 requests a minute. */
function readersAround(moment: number): string[] {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return Array.from({ length: 8 * 60 * 20 }, (_, index) => {
    const iso = new Date(moment - 6 * 3_600_000 + index * 3_000).toISOString();
    const day = `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}`;
    const reader = (index * 7919) % 60;
    return `198.51.100.${reader + 1} - - [${day}:${iso.slice(11, 19)} +0000] "GET /page-${(index * 31) % 12} HTTP/1.1" 200 512 "https://www.example.org/" "Mozilla/5.0 (Reader ${reader % 5})"`;
  });
}

/** `beside` is what a report must say of the sample in the log of a small site whose usual traffic is known. */
type Sample = {
  path: string;
  lines: number;
  /** UTC, the minute of its first line. */
  at: string;
  is: string;
  beside: { windows: { kind: string; requests: number; sources: number }[]; because: string };
};

const SAMPLES: Sample[] = [
  {
    path: 'nginx_access/http-dos-bypass-cache/http_dos_bypass_cache.log',
    ...{ lines: 356, at: '2023-10-10T08:32:00Z' },
    is: 'a flood of one path with a number of its own in each query, from 14 addresses, in two seconds',
    beside: {
      windows: [{ kind: 'http-flood', requests: 356, sources: 14 }],
      because:
        '356 requests with the same template in a minute that usually has 20, by addresses that sent nothing else',
    },
  },
  {
    path: 'nginx_access/http-dos-random-uri/http_dos_random_uri.log',
    ...{ lines: 66, at: '2023-10-10T09:06:00Z' },
    is: 'a flood of paths that do not exist, from one address, in one second',
    beside: {
      windows: [],
      because:
        'known wrong: it is over within one minute, and the finder asks for two of three; growth of a part asks for five addresses, as a reader with many tabs has one',
    },
  },
  {
    path: 'nginx_access/http-dos-switching-ua/http-dos-switching-ua.log',
    ...{ lines: 15, at: '2023-10-10T08:22:00Z' },
    is: 'fifteen requests with fifteen agents, mostly of one address, in half a minute',
    beside: { windows: [], because: 'fifteen requests flood nothing: below the floor of 30' },
  },
  {
    path: 'nginx_access/http-dos-invalid-http-versions/http-dos-invalid-http-versions.log',
    ...{ lines: 6, at: '2023-10-10T08:22:00Z' },
    is: 'six requests of versions of HTTP that do not exist or were not spoken',
    beside: { windows: [], because: 'six requests flood nothing: they are a probe' },
  },
  {
    path: 'nginx_access/http-bf-wordpress-bf/http-bf-wordpress-bf.log',
    ...{ lines: 9, at: '2021-09-15T16:13:00Z' },
    is: 'nine tries of one address to log in, in one second',
    beside: {
      windows: [],
      because:
        'nine tries are below the floor of 30: technique/login-sources lists them, and no window is made of them',
    },
  },
];

describe('samples of attacks', { skip }, () => {
  for (const { path, lines, at, is, beside } of SAMPLES) {
    const name = path.split('/').at(-1)!;

    test(`${name} (${is}) alone: nothing is usual yet, so that nothing can be said`, async () => {
      const model = await modelOf(read(path));
      const [entry] = model.ledger;
      assert.deepEqual([entry!.rows, entry!.rejects], [lines, 0]);
      assert.deepEqual([model.finding, model.windows, model.sources], ['cannot-say', [], null]);
      assert.match(
        model.sentence,
        /^The logs cover (a minute|2 minutes at a stretch): too little to know what is usual/,
      );
      assert.ok(model.coverage.logs.every(({ client_address }) => client_address === 'logged'));
    });

    test(`${name} beside readers: ${beside.because}`, async () => {
      const model = await modelOf([...readersAround(Date.parse(at)), read(path).trim()].join('\n'));
      assert.deepEqual(
        model.windows.map(({ kind, requests, sources }) => ({ kind, requests, sources })),
        beside.windows,
      );
      for (const window of model.windows) assert.equal(window.start.slice(0, 16), at.slice(0, 16));
      assert.deepEqual(model.surges, []);
    });
  }

  for (const path of [
    // Events of a shop's own logger and the error log of nginx are no access logs, and no format reads them.
    'nginx_access/http-magento-bf/http-magento-bf.log',
    'nginx_access/nginx-http-generic-bf/nginx-http-generic-bf.log',
  ])
    test(`${path.split('/').at(-1)} is refused: it is no log of requests`, async () => {
      const { result, outcomes } = await investigateObjects(
        [memoryObject('access.log', Buffer.from(read(path)))],
        { networks: null },
      );
      assert.deepEqual(result.model.ledger, []);
      assert.equal(outcomes.length, 1);
      assert.equal(result.model.finding, 'cannot-say');
    });

  test('aws-bf.log: failed log-ins at the console are events of control, of which no window is made', async () => {
    const model = await modelOf(read('cloudtrail/aws-bf/aws-bf.log'));
    assert.equal(model.ledger[0]!.rows, 6);
    assert.deepEqual([model.finding, model.windows], ['cannot-say', []]);
    assert.match(model.sentence, /hold no events of requests, flows or DNS queries/);
  });

  for (const path of [
    // A scanner's probes in one second, for paths that answer 404: reconnaissance, and too few for a flood.
    'apache_access/apache-http-probing/apache-http-probing.log',
    'nginx_access/nginx-http-sqli-probing/nginx-http-sqli-probing.log',
    'nginx_access/nginx-http-xss-probing/nginx-http-xss-probing.log',
    // Lines of ordinary use.
    'nginx_access/nginx_http-logs/nginx_http-logs.log',
  ])
    test(`${path.split('/').at(-1)} holds no flood, and none is claimed`, async () => {
      const model = await modelOf(read(path));
      assert.deepEqual([model.finding, model.windows, model.surges], ['cannot-say', [], []]);
    });
});

test('fourteen lines of a balancer, hours apart, hold no flood: so few could not', { skip }, async () => {
  const model = await modelOf(read('elb/aws-alb-logs/aws-alb-logs.log'));
  assert.deepEqual([model.finding, model.windows, model.surges], ['no-attack', [], []]);
});

describe('larger samples without a known attack', { skip }, () => {
  for (const path of [
    // Minutes of a shop; a synthetic log of a distribution; the same minutes at a firewall and at a distribution.
    'tstack+lnav/apache_access/logfile_shop_access_log.0',
    'aws-solutions+aws-waf-security-automations/cloudfront/cf-access-log-sample.gz',
    'aws-solutions+aws-waf-security-automations/aws_waf/test_waf_log.gz',
  ])
    test(`${path.split('/').at(-1)} covers minutes, and no window is claimed`, async () => {
      const { result } = await investigateObjects([memoryObject(path, readFileSync(`${HUB}../${path}`))], {
        networks: null,
      });
      assert.deepEqual([result.model.finding, result.model.windows], ['cannot-say', []]);
      assert.match(result.model.sentence, /too little to know what is usual/);
    });
});
