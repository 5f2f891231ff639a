/** Four days of an intranet's web server, quiet but for a flood on the second and on the fourth: private addresses, so nothing is simulated space. */
import { apacheLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';

const MONTH = ['Nov', '2019'] as const;
export const DAYS = ['2019-11-11', '2019-11-12', '2019-11-13', '2019-11-14'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

function stamp(day: number, minute: number, second: number): string {
  const time = `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second)}`;
  return `${11 + day}/${MONTH[0]}/${MONTH[1]}:${time} +0000`;
}

function quietMinute(day: number, minute: number): string[] {
  const pages = ['/', '/news', '/phone-book', '/canteen', '/style.css', '/logo.svg'];
  return Array.from({ length: 4 + ((minute * 7) % 3) }, (_, index) =>
    apacheLine({
      ip: `10.1.${(minute * 3 + index) % 40}.${1 + ((minute + index * 11) % 200)}`,
      time: stamp(day, minute, index * 9),
      request: `GET ${pages[(minute + index) % pages.length]} HTTP/1.1`,
      referrer: index % 2 === 0 ? 'http://intranet.example/' : '-',
      agent: `Mozilla/5.0 (Office ${index % 4})`,
    }),
  );
}

function floodMinute(day: number, minute: number): string[] {
  return Array.from({ length: 300 }, (_, index) =>
    apacheLine({
      ip: `172.16.${index % 20}.${1 + (index % 90)}`,
      time: stamp(day, minute, index % 60),
      request: `GET /search?q=${(minute * 300 + index).toString(36)}x9 HTTP/1.1`,
      status: index % 3 === 0 ? '503' : '200',
      agent: 'tool/1.0',
    }),
  );
}

/** The log of one day, from a minute on. */
export function dayLog(day: number, { from = 0, until = 1440 } = {}): string {
  const lines: string[] = [];
  const hasFlood = day === 1 || day === 3;
  for (let minute = from; minute < until; minute += 1) {
    lines.push(...quietMinute(day, minute));
    if (hasFlood && minute >= 800 && minute < 825) lines.push(...floodMinute(day, minute));
  }
  return `${lines.join('\n')}\n`;
}

export async function intranetLake(): Promise<TestLake> {
  const lake = await temporaryLake();
  await lake.ingest(DAYS.map((day, index) => logObject(`${day}.log`, dayLog(index))));
  return lake;
}
