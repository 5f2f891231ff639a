/** Logs of which somebody cut out some minutes a day: what lies between the parts is not known, and no quiet time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportModel } from '../../src/report/model.ts';
import { investigateObjects, memoryObject } from './scenario-lake.ts';

const MINUTES = 84;

type Request = { second: number; reader: number; path: string; agent: string };

/** A day's part: a request a second by two hundred readers, and what is beside them. */
function part(
  day: number,
  { agentOf, more = [] }: { agentOf(reader: number): string; more?: readonly Request[] },
): string {
  const usual = Array.from({ length: MINUTES * 60 }, (_, second): Request => {
    const reader = (second * 7919 + day * 31) % 200;
    return { second, reader, path: `/page-${(second * 17) % 50}`, agent: agentOf(reader) };
  });
  return [...usual, ...more]
    .sort((a, b) => a.second - b.second)
    .map(({ second, reader, path, agent }) => {
      const time = new Date(Date.UTC(2026, 2, day, 3) + second * 1000).toISOString().slice(11, 19);
      return `198.51.100.${reader + 1} - - [${String(day).padStart(2, '0')}/Mar/2026:${time} +0000] "GET ${path} HTTP/1.1" 200 1173 "-" "${agent}"\n`;
    })
    .join('');
}

async function investigated(days: readonly string[]): Promise<ReportModel> {
  const objects = days.map((text, index) => memoryObject(`part-${index}.log`, Buffer.from(text)));
  return (await investigateObjects(objects, { networks: null })).result.model;
}

const browser = (reader: number): string => `Mozilla/5.0 (Reader ${reader % 30})`;

test('steady traffic is no attack, and too little of it says nothing', async () => {
  const { windows, surges, finding, sentence } = await investigated(
    [1, 2, 3].map((day) => part(day, { agentOf: browser })),
  );
  assert.deepEqual([windows, surges], [[], []]);
  assert.equal(finding, 'cannot-say');
  assert.match(sentence, /^The logs cover 252 minutes at a stretch: too little to know what is usual/);
});

test('nor is traffic whose clients have another version each day: an attack adds, and takes no place', async () => {
  const { windows } = await investigated(
    [1, 2, 3, 4, 5, 6, 7, 8].map((day) => part(day, { agentOf: () => `Mozilla/5.0 (Version ${100 + day})` })),
  );
  assert.deepEqual(windows, []);
});

test('a flood in one of the parts is a window', async () => {
  const flood = Array.from({ length: 6000 }, (_, index): Request => {
    return {
      second: 1800 + Math.floor(index / 10),
      reader: 200 + (index % 50),
      path: '/join',
      agent: 'tool/1',
    };
  });
  const { windows } = await investigated(
    [1, 2, 3].map((day) => part(day, { agentOf: browser, more: day === 2 ? flood : [] })),
  );
  assert.deepEqual(
    windows.map(({ start, end, requests, sources }) => [start, end.slice(0, 16), requests, sources]),
    [['2026-03-02T03:30:00.000Z', '2026-03-02T03:39', 6000, 50]],
  );
});
