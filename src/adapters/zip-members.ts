import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry } from 'yauzl';
import { bombIn } from '../ingest/bomb.ts';
import { CutShortError } from '../ingest/inflate.ts';
import type { Contents } from './archives.ts';
import { unsafeName } from './member-names.ts';

/** Kinds of files as Unix has them, in the upper half of the attributes. */
const KIND = 0o170000;
const LINK = 0o120000;
const DIRECTORY = 0o040000;
const FILE = 0o100000;

const open = (file: string) =>
  yauzl.openPromise(file, { lazyEntries: true, autoClose: false, decodeStrings: false });

/** The members of a zip, as its directory has them. The directory stands at the end: cut off, nothing can be found. */
export async function zipContents(file: string): Promise<Contents> {
  const contents: Contents = { members: [], problems: [], damage: null };
  let zip: yauzl.ZipFile;
  try {
    zip = await open(file);
  } catch (error) {
    contents.damage = `is damaged, and its directory, which stands at its end, can't be read: ${(error as Error).message}`;
    return contents;
  }
  let last = 'its start';
  try {
    for await (const entry of zip.eachEntry()) {
      const name = yauzl.getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        true,
      );
      last = name;
      const kind = (entry.externalFileAttributes >>> 16) & KIND;
      if (name.endsWith('/') || kind === DIRECTORY) continue;
      const reason = reasonAgainst(entry, { name, kind });
      if (reason) contents.problems.push({ member: name, reason });
      else contents.members.push({ name, open: () => read(file, entry) });
    }
    // Typed as a boolean: it is the place behind the last entry that was read.
    if (isEntry(file, Number(zip.readEntryCursor)))
      throw new Error(`its directory names more than the ${zip.entryCount} members that its end tells`);
  } catch (error) {
    contents.damage = `is damaged after ${last}, and what follows can't be read: ${(error as Error).message}`;
  } finally {
    zip.close();
  }
  return contents;
}

/** Whether a directory goes on at an offset. Its end counts members to 65,535 and then from 0 again, where it is not of ZIP64. */
function isEntry(file: string, offset: number): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const signature = Buffer.alloc(4);
    readSync(descriptor, signature, { position: offset });
    return signature.toString('hex') === '504b0102';
  } finally {
    closeSync(descriptor);
  }
}

function reasonAgainst(entry: Entry, { name, kind }: { name: string; kind: number }): string | null {
  const unsafe = unsafeName(name);
  if (unsafe) return unsafe;
  if (kind === LINK) return 'is a link, which is not followed: give the file itself';
  if (kind !== 0 && kind !== FILE) return 'is a device or a pipe, and no file';
  if (entry.isEncrypted()) return 'is encrypted: unpack it with its password and give the files';
  if (!entry.canDecodeFileData())
    return `is packed by method ${entry.compressionMethod}, which can't be read: unpack it and give the files`;
  // What packs the members of a zip is what packs in gzip.
  return bombIn({ bytes: entry.uncompressedSize, stored: entry.compressedSize, compression: 'gzip' });
}

async function* read(file: string, entry: Entry): AsyncGenerator<Buffer> {
  const zip = await open(file);
  try {
    let checksum = 0;
    const chunks = ((await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>)[
      Symbol.asyncIterator
    ]();
    for (let chunk = await nextOf(chunks); !chunk.done; chunk = await nextOf(chunks)) {
      checksum = crc32(chunk.value, checksum);
      yield chunk.value;
    }
    if (checksum !== entry.crc32) throw new CutShortError('its checksum in the archive is another');
  } finally {
    zip.close();
  }
}

/** Throws CutShortError where what is packed can't be unpacked further. */
function nextOf(chunks: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
  return chunks.next().catch((error: Error) => {
    throw new CutShortError(`it can't be unpacked further: ${error.message}`);
  });
}
