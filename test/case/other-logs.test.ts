import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { LogObject } from '../../src/ingest/pass.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { investigateObjects, memoryObject } from './scenario-lake.ts';

const apacheLogs = fileURLToPath(
  new URL('../../../shared/samples/elastic+examples/apache_access/apache_logs', import.meta.url),
);
const absent = existsSync(apacheLogs) ? false : 'the folder of samples beside the project is absent';

test('10,000 real lines are all accounted for, and no attack is claimed that they do not show', {
  skip: absent,
}, async () => {
  const { result } = await investigateObjects([memoryObject('apache_logs', readFileSync(apacheLogs))], {
    networks: null,
  });
  const { model } = result;
  const [entry] = model.ledger;
  assert.deepEqual(
    [entry!.records, entry!.rows, entry!.rejects, entry!.headers, entry!.blanks, entry!.notices],
    [10_000, 9_999, 1, 0, 0, 0],
  );
  assert.equal(model.finding, 'no-attack');
  assert.deepEqual(model.windows, []);
  assert.equal(model.synthetic, false);
  assert.equal(model.sources, null);
  assert.match(
    renderSummary(model, { reportPath: 'report.html' }).join(' '),
    /No attack was observed in these logs/,
  );
});

test('a log behind a proxy alone claims no crowd where it saw the flood, and names no source, no country and no network', async () => {
  const objects: LogObject[] = [];
  let networks = '';
  await simulate(labour2019, {
    seed: 3,
    async write(path, bytes) {
      if (path.startsWith('logs/alb/')) objects.push(memoryObject(path, bytes));
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
    },
  });
  const { result } = await investigateObjects(objects, { networks });
  const { model } = result;
  assert.ok(model.coverage.logs.every((log) => log.client_address === 'behind-proxy'));
  assert.notEqual(model.finding, 'no-attack');
  assert.equal(model.sources_answer, 'cannot-say');
  assert.match(model.sources_reason!, /sees only the proxy/);
  assert.deepEqual(model.countries, []);
  assert.deepEqual(model.networks, []);
  assert.equal(model.sources, null);
  for (const window of model.windows) assert.equal(window.sources, null);
  assert.ok(model.cannot_say.some((point) => /sees only the proxy/.test(point)));
  assert.equal(result.sourcesCsv.split('\n').length, 2, 'a header and nothing else');
});

/** Apache lines of a quiet site: `perMinute` requests a minute for so many hours, from a few dozen readers. */
function quietLines(hours: number, perMinute: number): string[] {
  return Array.from({ length: hours * 60 * perMinute }, (_, index) => {
    const second = Math.floor((index * 60) / perMinute);
    const reader = (index * 7919) % 60;
    return combined({
      second,
      address: `198.51.100.${reader + 1}`,
      path: `/page-${(index * 31) % 12}`,
      referrer: 'https://www.example.org/',
      agent: `Mozilla/5.0 (Reader ${reader % 5})`,
    });
  });
}

function combined({
  second,
  address,
  path,
  referrer = '-',
  agent,
  method = 'GET',
  status = 200,
}: {
  second: number;
  address: string;
  path: string;
  referrer?: string;
  agent: string;
  method?: string;
  status?: number;
}): string {
  const at = new Date(Date.UTC(2019, 10, 11) + second * 1000).toISOString();
  return `${address} - - [11/Nov/2019:${at.slice(11, 19)} +0000] "${method} ${path} HTTP/1.1" ${status} 512 "${referrer}" "${agent}"`;
}

function logOf(lines: readonly string[]): LogObject {
  const sorted = [...lines].sort((a, b) => (a.slice(a.indexOf('[')) < b.slice(b.indexOf('[')) ? -1 : 1));
  return memoryObject('access.log.gz', gzipSync(`${sorted.join('\n')}\n`));
}

test('a pingback flood is a window whose requesters are leads and whose sources are reflectors', async () => {
  const flood = Array.from({ length: 9_000 }, (_, index) =>
    combined({
      second: 6 * 3600 + Math.floor(index / 15),
      address: `203.0.113.${(index % 200) + 1}`,
      path: '/',
      agent: `WordPress/4.${index % 9}; http://site-${index % 200}.example; verifying pingback from 192.0.2.77`,
    }),
  );
  const { result } = await investigateObjects([logOf([...quietLines(12, 20), ...flood])], { networks: null });
  const { model } = result;
  assert.equal(model.finding, 'attack');
  assert.equal(model.windows.length, 1);
  assert.equal(model.windows[0]!.kind, 'pingback');
  assert.equal(model.windows[0]!.requests, 9_000);
  assert.ok(Math.abs(Date.parse(model.windows[0]!.start) - Date.UTC(2019, 10, 11, 6)) <= 60_000);
  assert.deepEqual(
    model.leads.filter((lead) => lead.kind === 'pingback-requester').map((lead) => lead.value),
    ['192.0.2.77'],
  );
  assert.match(result.sourcesCsv, /^203\.0\.113\.\d+,reflector,/m);
});

test('log-ins by the thousand that fail are credential stuffing', async () => {
  const stuffing = Array.from({ length: 6_000 }, (_, index) =>
    combined({
      second: 7 * 3600 + Math.floor(index / 10),
      address: `203.0.113.${(index % 50) + 1}`,
      path: '/login',
      agent: 'python-requests/2.22.0',
      method: 'POST',
      status: index % 100 === 0 ? 302 : 401,
    }),
  );
  const { result } = await investigateObjects([logOf([...quietLines(12, 20), ...stuffing])], {
    networks: null,
  });
  assert.equal(result.model.finding, 'attack');
  assert.equal(result.model.windows[0]!.kind, 'credential-stuffing');
  assert.deepEqual(result.model.windows[0]!.attack, ['T1110.004']);
});

test('a log that holds nothing but ten minutes cannot say', async () => {
  const { result } = await investigateObjects([logOf(quietLines(1, 300).slice(0, 3_000))], {
    networks: null,
  });
  assert.equal(result.model.finding, 'cannot-say');
});

test('a log of API Gateway whose records a client can have made names nobody, and says what would', async () => {
  const records = Array.from({ length: 3_000 }, (_, index) => {
    const at = new Date(Date.UTC(2019, 10, 11) + Math.floor(index / 25) * 60_000).toISOString();
    return `{"requestTime":"11/Nov/2019:${at.slice(11, 19)} +0000","userAgent":"a","ip":"198.51.100.${index % 200}","apiId":"a1","httpMethod":"GET","path":"/","status":"200"}`;
  });
  const logged = async (between: string) =>
    (
      await investigateObjects([memoryObject('gateway.json', Buffer.from(records.join(between)))], {
        networks: null,
      })
    ).result.model;
  const joined = await logged('');
  assert.equal(joined.coverage.logs[0]!.rows, 3_000);
  assert.equal(joined.sources_answer, 'cannot-say');
  assert.match(joined.sources_reason!, /a newline at the end of the log format/);
  assert.ok(
    joined.cannot_say.some((point) =>
      /^where the requests in .* follow one another without a newline/.test(point),
    ),
  );
  const sure = await logged('\n');
  assert.equal(sure.sources_answer, 'listed');
  assert.ok(!sure.cannot_say.some((point) => /aws-api-gateway/.test(point)));
  records[100] = records[100]!.replace('"a"', '"a","ip":"203.0.113.9"');
  const mixed = await logged('\n');
  assert.ok(mixed.cannot_say.some((point) => /^whether the addresses in aws-api-gateway/.test(point)));
});
