/** The logs of the benchmarks, each made once and kept. */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cached } from './cache.ts';
import { type BenchFormat, benchLines } from './lines.ts';
import { count, tell } from './printed.ts';

/** `bytes` are decompressed. */
export type BenchLog = { file: string; lines: number; bytes: number; storedBytes: number };

/** A log of some lines. Written as it is made, so that its length costs no memory. */
export async function benchLog(
  format: BenchFormat,
  lines: number,
  options: { linesASecond?: number } = {},
): Promise<BenchLog> {
  const rate = options.linesASecond === undefined ? '' : `-${options.linesASecond.toFixed(3)}-a-second`;
  const base = cached(`${format}-${lines}${rate}`);
  const [file, size] = [`${base}.log.gz`, `${base}.bytes`];
  if (!existsSync(file)) {
    tell(`making ${count(lines)} ${format} lines in ${file}`);
    const half = `${file}.${process.pid}`;
    let bytes = 0;
    const pieces = function* (): Generator<Buffer> {
      for (const piece of benchLines(format, lines, options)) {
        const encoded = Buffer.from(piece);
        bytes += encoded.length;
        yield encoded;
      }
    };
    await pipeline(Readable.from(pieces()), createGzip(), createWriteStream(half));
    writeFileSync(size, String(bytes));
    renameSync(half, file);
  }
  // The first to read it must not be the one that waits for the disk.
  await finished(createReadStream(file).resume());
  return { file, lines, bytes: Number(readFileSync(size, 'utf8')), storedBytes: statSync(file).size };
}
