import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset } from '../enrich/dataset.ts';
import type { Organisation } from '../enrich/enricher.ts';
import { sha256 } from '../lake/digest.ts';
import { PARQUET_WRITER, ParquetWriter } from '../lake/parquet.ts';
import { ZSTD } from '../lake/parquet-chunk.ts';
import { Chosen, Numbers } from '../lake/part-columns.ts';
import { autonomousSystems } from '../lake/tables.ts';
import { TextWords } from '../lake/words.ts';
import { TOOL } from './assets.ts';
import { cacheFolder } from './datasets.ts';

/** Writes the names of autonomous systems, by number, as a Parquet file. */
export async function writeOrganisations(organisations: Iterable<Organisation>, file: string): Promise<void> {
  await writeFile(file, organisationsFile(organisations));
}

/** The same of one data set, whose names are the same in every lake: kept in the cache, after the digest of the file. */
export async function writeOrganisationsOf(
  dataset: Dataset,
  organisations: Iterable<Organisation>,
  file: string,
): Promise<void> {
  const { columns } = autonomousSystems;
  const made = [dataset.name, dataset.sha256, columns, PARQUET_WRITER, process.versions.zstd, TOOL.version];
  const cache = join(cacheFolder(), `organisations-${sha256(JSON.stringify(made))}.bin`);
  const cached = await readFile(cache).catch(() => Buffer.alloc(0));
  const kept = cached.subarray(DIGEST_LENGTH);
  if (cached.toString('latin1', 0, DIGEST_LENGTH) === sha256(kept)) {
    await writeFile(file, kept);
    return;
  }
  const bytes = organisationsFile(organisations);
  await writeFile(file, bytes);
  try {
    await mkdir(dirname(cache), { recursive: true });
    await writeFile(`${cache}.${process.pid}`, Buffer.concat([Buffer.from(sha256(bytes)), bytes]));
    await rename(`${cache}.${process.pid}`, cache);
  } catch {
    // A cache that can't be written costs half a second the next time, nothing else.
  }
}

/** Of SHA-256, in hexadecimal. */
const DIGEST_LENGTH = 64;

function organisationsFile(organisations: Iterable<Organisation>): Uint8Array {
  const names = new TextWords();
  const datasets = new TextWords();
  const rows: { asn: number; name: number; dataset: number }[] = [];
  for (const { asn, organisation, dataset } of organisations)
    rows.push({
      asn,
      name: names.numberOf(organisation),
      dataset: datasets.numberOf(dataset),
    });
  rows.sort((a, b) => a.asn - b.asn);
  const numbers = new Numbers();
  const named = new Chosen();
  const from = new Chosen();
  const count = rows.length;
  numbers.take(
    Float64Array.from(rows, ({ asn }) => asn),
    count,
  );
  named.take(
    names,
    Uint32Array.from(rows, ({ name }) => name),
    count,
  );
  from.take(
    datasets,
    Uint32Array.from(rows, ({ dataset }) => dataset),
    count,
  );
  const columns = [numbers, named, from];
  const writer = new ParquetWriter();
  writer.begin(autonomousSystems.columns);
  writer.group((place) => columns[place]!, ZSTD);
  return writer.end();
}
