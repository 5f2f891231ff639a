/** The objects of the benchmark of small ones, made once and kept. */
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { cached } from './cache.ts';
import { benchLines } from './lines.ts';
import { count, tell } from './printed.ts';

/** The same bytes twice, each object its own gzip file: as small ones in one folder, as ten in another. */
export type BenchObjects = { small: string; large: string; objects: number; lines: number; bytes: number };

export const LARGE_OBJECTS = 10;

/** What the size of an object is of: of its gzip file, as a bucket lists it, or of the log within. */
export type SizeOf = 'stored' | 'decompressed';

/** Objects of an ALB of `objectBytes` each, to the whole line above; `objects` is a multiple of ten. */
export async function benchObjects(
  objects: number,
  { objectBytes, sizeOf }: { objectBytes: number; sizeOf: SizeOf },
): Promise<BenchObjects> {
  const contentBytes = sizeOf === 'stored' ? contentOfStored(objectBytes) : objectBytes;
  const folder = cached(`alb-${objects}-of-${contentBytes}`, import.meta.url);
  const [small, large, size] = [join(folder, 'small'), join(folder, 'large'), join(folder, 'size.json')];
  if (!existsSync(folder)) {
    tell(`making ${count(objects)} objects of ${count(contentBytes)} bytes in ${folder}`);
    const half = `${folder}.${process.pid}`;
    for (const name of ['small', 'large']) mkdirSync(join(half, name), { recursive: true });
    let [lines, bytes] = [0, 0];
    const contents = objectContents(contentBytes);
    for (let place = 0; place < LARGE_OBJECTS; place += 1) {
      const parts = function* (): Generator<Buffer> {
        for (let index = 0; index < objects / LARGE_OBJECTS; index += 1) {
          const content = contents.next().value;
          const name = String((place * objects) / LARGE_OBJECTS + index).padStart(6, '0');
          writeFileSync(join(half, 'small', `${name}.log.gz`), gzipSync(content));
          lines += content.toString('latin1').split('\n').length - 1;
          bytes += content.length;
          yield content;
        }
      };
      const whole = createWriteStream(join(half, 'large', `${place}.log.gz`));
      await pipeline(Readable.from(parts()), createGzip(), whole);
    }
    writeFileSync(join(half, 'size.json'), JSON.stringify({ lines, bytes }));
    renameSync(half, folder);
  }
  const made = JSON.parse(readFileSync(size, 'utf8')) as { lines: number; bytes: number };
  return { small, large, objects, ...made };
}

/** Bytes of log that make a gzip file of `storedBytes`, from how ten times as many of them compress. */
function contentOfStored(storedBytes: number): number {
  const content = objectContents(10 * storedBytes).next().value;
  return Math.round((storedBytes * content.length) / gzipSync(content).length);
}

/** Whole lines, cut where there are enough bytes of them; without end. */
function* objectContents(objectBytes: number): Generator<Buffer, never> {
  let [content, bytes]: [string[], number] = [[], 0];
  for (const piece of benchLines('alb', Number.POSITIVE_INFINITY)) {
    for (const line of piece.match(/.*\n/g)!) {
      content.push(line);
      bytes += Buffer.byteLength(line);
      if (bytes < objectBytes) continue;
      yield Buffer.from(content.join(''));
      [content, bytes] = [[], 0];
    }
  }
  throw new Error('the lines ended');
}
