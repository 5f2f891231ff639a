/** What a report says of attacking addresses that sent more than the attack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { reportOf } from './hand-lake.ts';
import { dayLog } from './intranet-lake.ts';

const two = (value: number): string => String(value).padStart(2, '0');

function line(index: number, { ip, target, agent }: { ip: string; target: string; agent: string }): string {
  const minute = 800 + (index % 20);
  return apacheLine({
    ip,
    time: `11/Nov/2019:${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(index % 60)} +0000`,
    request: `GET ${target} HTTP/1.1`,
    agent,
  });
}

/** One tool asks for searches, another for the page that everybody asks for. */
function flood(): string[] {
  const searches = Array.from({ length: 4_000 }, (_, index) =>
    line(index, { ip: `198.51.100.${1 + (index % 20)}`, target: `/search?q=a${index}`, agent: 'tool/1.0' }),
  );
  const pages = Array.from({ length: 500 }, (_, index) =>
    line(index, { ip: `198.51.100.${101 + (index % 5)}`, target: '/', agent: 'tool/2.0' }),
  );
  return [...searches, ...pages];
}

test('An address is shared by what is usual of it, and not by what attackers alone have the client for', async () => {
  const ofBoth = (ip: string, { agent }: { agent: string }): string[] => [
    ...[1, 2].map((index) => line(index, { ip, target: `/search?q=b${index}`, agent: 'tool/1.0' })),
    ...[3, 4, 5].map((index) => line(index, { ip, target: '/', agent })),
  ];
  const readers = [6, 7, 8, 9].map((index) =>
    line(index, { ip: '198.51.100.3', target: '/news', agent: 'Mozilla/5.0 (Office 1)' }),
  );
  const lines = [
    ...[...flood(), ...readers],
    ...ofBoth('203.0.113.1', { agent: 'tool/1.0' }),
    ...ofBoth('203.0.113.2', { agent: 'Mozilla/5.0 (Office 1)' }),
  ];
  const lake = await temporaryLake();
  await lake.ingest([logObject('day.log', `${dayLog(0)}${lines.join('\n')}\n`)]);
  const { sourcesCsv } = await reportOf(lake);
  const rows: Record<string, string>[] = parse(sourcesCsv, { columns: true });
  const told = (ip: string): string[] | undefined =>
    rows
      .filter(({ src_ip }) => src_ip === ip)
      .map(({ role, basis, other_requests }) => [role!, other_requests!, basis!.split('; ')[1] ?? ''])[0];
  assert.deepEqual(told('203.0.113.1'), [
    'bot',
    '3',
    'all else that it sent has a client (fingerprint and agent) that only attackers have',
  ]);
  assert.deepEqual(told('198.51.100.3'), ['shared', '4', 'sent usual traffic beside them']);
  assert.deepEqual(told('198.51.100.4'), ['bot', '0', '']);
  // Two requests of the attack are no proof against who reads the site as others do.
  assert.equal(told('203.0.113.2'), undefined);
});
