/** Archives as Python's zipfile and tarfile pack them, with whatever names and kinds an attacker would choose. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsIn } from '../../src/adapters/archives.ts';
import { findLogs } from '../../src/adapters/log-files.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';

export const python = (script: string, args: readonly string[], input: unknown = null) =>
  execFileSync('python3', ['-W', 'ignore', '-c', script, ...args], { input: JSON.stringify(input) });

export type Member = { name: string; content?: string; kind?: 'link' | 'hard' | 'device' | 'folder' };

const TAR = `
import tarfile,io,sys,json
t=tarfile.open(sys.argv[1],sys.argv[2],format=getattr(tarfile,sys.argv[3]))
for m in json.load(sys.stdin):
  i=tarfile.TarInfo(m['name']); data=m.get('content','').encode(); kind=m.get('kind')
  i.type={None:tarfile.REGTYPE,'link':tarfile.SYMTYPE,'hard':tarfile.LNKTYPE,'device':tarfile.CHRTYPE,'folder':tarfile.DIRTYPE}[kind]
  if kind in ('link','hard'): i.linkname='/etc/passwd'
  if kind is None: i.size=len(data)
  t.addfile(i,io.BytesIO(data))
t.close()`;

const ZIP = `
import zipfile,sys,json
z=zipfile.ZipFile(sys.argv[1],'w',getattr(zipfile,sys.argv[2]))
for m in json.load(sys.stdin):
  i=zipfile.ZipInfo('x'); i.filename=m['name']; kind=m.get('kind'); i.compress_type=z.compression
  i.external_attr={None:0o100644,'link':0o120777,'device':0o020644,'folder':0o040755}[kind]<<16
  z.writestr(i,m.get('content','/etc/passwd'))
z.close()`;

export type Made = { folder: string; file: string };

export function tar(
  members: readonly Member[],
  { mode = 'w', format = 'GNU_FORMAT', name = 'logs.tar' } = {},
): Made {
  const folder = temporaryFolder();
  python(TAR, [join(folder, name), mode, format], members);
  return { folder, file: join(folder, name) };
}

export function zip(members: readonly Member[], { method = 'ZIP_DEFLATED' } = {}): Made {
  const folder = temporaryFolder();
  const file = join(folder, 'logs.zip');
  python(ZIP, [file, method], members);
  return { folder, file };
}

/** The same, packed, under the same name or with more at its end. */
export function packed(pack: (bytes: Buffer) => Buffer, made: Made, ending = ''): Made {
  const file = `${made.file}${ending}`;
  writeFileSync(file, pack(readFileSync(made.file)));
  return { ...made, file };
}

/** What an archive holds, as a folder of logs is looked through. */
export async function find({ file }: Pick<Made, 'file'>) {
  const found = await findLogs([file], { except: [] });
  return { ...found, problems: [...found.problems, ...found.archives.flatMap(faultsIn)] };
}

/** Lines of a log, of so many addresses from one on. */
export const lines = (first: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `${apacheLine({ ip: `192.0.2.${(first + index) % 256}` })}\n`,
  ).join('');
