/**
 * Evidence is often handed over packed: each file in a zip or a tar is an object of its own, whose stored bytes are
 * those of the file. Nothing is unpacked to disk. An archive in an archive is not opened.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { archiveFaults } from '../evidence/archives.ts';
import type { LogArchive } from '../ingest/archive.ts';
import { inflate } from '../ingest/inflate.ts';
import type { LogObject } from '../ingest/pass.ts';
import type { FoundLogs } from './log-files.ts';
import { shownName } from './member-names.ts';
import { tarContents } from './tar-members.ts';
import { zipContents } from './zip-members.ts';

const TAR_HEADER = 512;
/** Stored bytes that hold the header of a packed tar. */
const STORED_HEAD = 4096;

export type Contents = {
  /** In the order of the archive. */
  members: { name: string; open(): AsyncIterable<Buffer> }[];
  /** Members that are no objects. */
  problems: { member: string; reason: string }[];
  /** What ends the archive before its end; null: it was read whole. */
  damage: string | null;
};

/** An archive and the logs in it, whose bytes lie in a file here; null where the file is none. */
export async function openArchive(object: LogObject, file: string): Promise<LogArchive | null> {
  const { name, delivery } = object;
  const contents = await contentsOf(file);
  if (!contents) return null;
  const members = contents.members.map(
    (member): LogObject => ({
      name: `${name}!${shownName(member.name)}`,
      delivery: { ...delivery, member: member.name },
      open: member.open,
    }),
  );
  const { problems, damage } = contents;
  const account = { members: members.length + problems.length, objects: members.length, problems };
  return { object, members, account, damage };
}

/** Why not all of an archive can be read, each by the name of its member as people can be shown it. */
export function faultsIn({ object: { name }, account, damage }: LogArchive): FoundLogs['problems'] {
  return archiveFaults({ archive: account, damage }).map(({ member, reason }) => ({
    name: member === null ? name : `${name}!${shownName(member)}`,
    reason,
  }));
}

/** The archive that members were last asked of: who asks for one asks for its neighbours too. */
let last: { file: string; contents: Promise<Contents | null> } | null = null;

/** The bytes of a member; null where the archive or the member is gone. */
export async function readMember(file: string, member: string): Promise<Uint8Array | null> {
  if (last?.file !== file) last = { file, contents: contentsOf(file) };
  const found = (await last.contents)?.members.find(({ name }) => name === member);
  if (!found) return null;
  const pieces: Buffer[] = [];
  for await (const piece of found.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** How a tar is named that is packed in a way of which a few bytes do not show what they hold. */
const PACKED_TAR = /\.(tar\.\w+|tbz2?|tzst)$/i;

async function contentsOf(file: string): Promise<Contents | null> {
  const contents = await contentsAsNamed(file);
  return contents && namedApart(contents);
}

async function contentsAsNamed(file: string): Promise<Contents | null> {
  const stored = firstStored(file);
  // A local header, or the end of a directory without any.
  if (['504b0304', '504b0506'].includes(stored.toString('hex', 0, 4))) return zipContents(file);
  return isTarHeader(await firstInflated(file, stored)) ? tarContents(file) : null;
}

/** A name may come again in an archive, which keeps what was there before: the second is `name#2`, for custody too. */
function namedApart({ members, ...rest }: Contents): Contents {
  const taken = new Set(members.map(({ name }) => name));
  const seen = new Set<string>();
  const apart = members.map((member) => {
    let { name } = member;
    for (let number = 2; seen.has(name) || (name !== member.name && taken.has(name)); number += 1)
      name = `${member.name}#${number}`;
    seen.add(name);
    return { ...member, name };
  });
  return { members: apart, ...rest };
}

/** The first bytes of a file, unpacked where it is packed: each log is asked, so that costs little. */
async function firstInflated(file: string, stored: Buffer): Promise<Buffer> {
  if (stored[0] === 0x1f && stored[1] === 0x8b) {
    try {
      return gunzipSync(stored, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 1 << 16 });
    } catch {
      return stored;
    }
  }
  if (!PACKED_TAR.test(file)) return stored;
  return firstBytes(TAR_HEADER, (take) =>
    inflate(() => createReadStream(file) as AsyncIterable<Buffer>, take),
  );
}

function firstStored(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.allocUnsafe(STORED_HEAD);
    return head.subarray(0, readSync(descriptor, head));
  } finally {
    closeSync(descriptor);
  }
}

class Enough extends Error {}

async function firstBytes(
  count: number,
  read: (take: (bytes: Buffer) => Promise<void>) => Promise<unknown>,
): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  try {
    await read(async (bytes) => {
      head = Buffer.concat([head, bytes.subarray(0, count - head.length)]);
      if (head.length >= count) throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return head;
}

/**
 * A tar has no magic in its oldest form, but a sum over its first 512 bytes, with blanks in the place of the sum, and
 * zeros that fill it. A client can write a sum into the first lines of a log, and no zero.
 */
function isTarHeader(head: Buffer): boolean {
  if (head.length < TAR_HEADER || head[0] === 0 || !head.subarray(0, TAR_HEADER).includes(0)) return false;
  const said = /^[ 0]*([0-7]{1,6})[ \0]/.exec(head.toString('latin1', 148, 156))?.[1];
  if (said === undefined) return false;
  let sum = 8 * 0x20;
  for (const byte of head.subarray(0, 148)) sum += byte;
  for (const byte of head.subarray(156, TAR_HEADER)) sum += byte;
  return Number.parseInt(said, 8) === sum;
}
