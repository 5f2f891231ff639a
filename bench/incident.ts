/** The logs of a simulated incident of any size, made once and kept. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { scenarios } from '../src/simulate/scenarios.ts';
import { simulate } from '../src/simulate/simulate.ts';
import { cached } from './cache.ts';
import { count, tell } from './printed.ts';

/** `bytes` are decompressed. */
export type BenchIncident = {
  logs: string;
  networks: string;
  objects: number;
  lines: number;
  bytes: number;
};

const SCENARIO = 'labour-2019';
const NEWLINE = 10;

/**
 * At least so many lines, to the whole seed above: the same two days once a seed, as if many more people and machines
 * had come. What the seeds wrote of one log and five minutes is one object, of several gzip members.
 */
export async function benchIncident(events: number): Promise<BenchIncident> {
  const folder = cached(`incident-${events}`, import.meta.url, ...simulator());
  if (!existsSync(folder)) {
    const half = `${folder}.${process.pid}`;
    const files = new Set<string>();
    let [lines, bytes] = [0, 0];
    for (let seed = 1; lines < events; seed += 1) {
      tell(`simulating ${SCENARIO}, seed ${seed}: ${count(lines)} of ${count(events)} lines in ${folder}`);
      await simulate(scenarios[SCENARIO]!, {
        seed,
        write: async (path, packed) => {
          // The last part of a name is another with each seed.
          const file = join(half, path.replace(/_[0-9a-f]{8}(?=\.log\.gz$)/, ''));
          mkdirSync(dirname(file), { recursive: true });
          if (!path.endsWith('.log.gz')) return writeFileSync(file, packed);
          const content = gunzipSync(packed);
          for (const byte of content) if (byte === NEWLINE) lines += 1;
          bytes += content.length;
          files.add(file);
          appendFileSync(file, packed);
        },
      });
    }
    writeFileSync(join(half, 'size.json'), JSON.stringify({ objects: files.size, lines, bytes }));
    renameSync(half, folder);
  }
  const size = JSON.parse(readFileSync(join(folder, 'size.json'), 'utf8')) as Pick<
    BenchIncident,
    'objects' | 'lines' | 'bytes'
  >;
  return { logs: join(folder, 'logs'), networks: join(folder, 'networks.csv'), ...size };
}

/** The modules of the simulator: another one makes other logs. */
function simulator(): string[] {
  const folder = new URL('../src/simulate/', import.meta.url);
  return readdirSync(fileURLToPath(folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => new URL(name, folder).href);
}
