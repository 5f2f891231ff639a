/** What left the machine or was sealed, checked as somebody would who has the public key alone. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { filedPackages, packageOf } from '../../src/case/filed-packages.ts';
import { verifySeals } from '../../src/evidence/verify-seals.ts';
import { sideBySide } from '../../src/lake/side-by-side.ts';
import { ascribe } from '../cli/run.ts';
import type { Estate } from './faults-estate.ts';

/** The public key, from KMS and not from the vault. */
export async function publicKeyOf({ cloud }: Estate): Promise<string> {
  const KeyId = cloud.find('AWS::KMS::Key', 'KeysSigning').id;
  const { PublicKey } = await new KMSClient(cloud.client()).send(new GetPublicKeyCommand({ KeyId }));
  const base64 = Buffer.from(PublicKey!).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}

/**
 * Every package that is whole, downloaded and held against the key by the command line; and the last one changed by a
 * byte, so that a check which lets all pass is found out. Gives their number.
 */
export async function assertPackages(
  estate: Estate,
  { folder, key, below }: { folder: string; key: string; below: 'reports/' | 'exports/' },
): Promise<number> {
  const keyFile = join(folder, 'key.pem');
  mkdirSync(folder, { recursive: true });
  writeFileSync(keyFile, key);
  const places = (await filedPackages(estate.store, below)).map(({ place }) => place);
  const bags: string[] = [];
  for (const place of places) {
    const prefix = await packageOf(estate.store, { place });
    if (prefix === null) continue;
    const bag = await download(estate, { prefix, folder });
    const { code, out, err } = await ascribe(['verify', bag, '--key', keyFile]);
    assert.equal(code, 0, `${prefix}: ${out}${err}`);
    assert.match(out, /authenticated/i);
    bags.push(bag);
  }
  appendFileSync(join(bags.at(-1)!, 'manifest-sha256.txt'), '\n');
  assert.equal(
    (await ascribe(['verify', bags.at(-1)!, '--key', keyFile])).code,
    1,
    'a changed package passes',
  );
  return bags.length;
}

async function download(
  { vault }: Estate,
  { prefix, folder }: { prefix: string; folder: string },
): Promise<string> {
  const bag = join(folder, prefix);
  await sideBySide(await vault.list(`${prefix}/`), 8, async ({ key }) => {
    const file = join(bag, key.slice(prefix.length + 1));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, (await vault.read(key))!);
  });
  return bag;
}

/** Every record of custody under one seal, and the chain of seals unbroken. */
export async function assertSealed({ vault }: Estate, key: string): Promise<void> {
  const { problems, sealed, unsealed } = await verifySeals(vault, { publicKeys: [key] });
  const records = (await vault.list('custody/')).length;
  assert.deepEqual({ problems, sealed, unsealed }, { problems: [], sealed: records, unsealed: 0 });
}
