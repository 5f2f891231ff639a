/** A key that an officer signs with, made by the command that makes them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ascribe } from './run.ts';

/** Creates it in a folder, and gives the options that sign with it. */
export async function officerKey(folder: string): Promise<string[]> {
  const key = join(folder, 'officer.key');
  const passphrase = join(folder, 'passphrase');
  writeFileSync(passphrase, 'a passphrase of some length\n', { mode: 0o600 });
  const secret = ['--passphrase-file', passphrase];
  assert.equal((await ascribe(['keys', 'create', '--out', key, ...secret])).code, 0);
  return ['--key', key, ...secret];
}
