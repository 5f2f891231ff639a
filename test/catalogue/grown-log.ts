/** A minute of a server, whose log was copied before the minute was over, and again. */
import type { LogObject } from '../../src/ingest/pass.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';

export function grownLog(from: number): LogObject[] {
  const lines = Array.from({ length: 60 }, (_, index) => {
    const [, day, month, year, time] = new Date(from + index * 1000).toUTCString().split(' ');
    return apacheLine({ ip: '192.0.2.77', time: `${day}/${month}/${year}:${time} +0000` });
  });
  return [logObject('server', lines.slice(0, 20).join('\n')), logObject('server, grown', lines.join('\n'))];
}
