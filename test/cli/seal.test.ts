import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLocalKey } from '../../src/adapters/signing-key.ts';
import { madeKey } from '../evidence/made-signer.ts';
import { ascribe, type Ran } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-seal-'));
after(() => rmSync(root, { recursive: true, force: true }));

const lake = join(root, 'lake');
const key = join(root, 'officer.key');
const env = { ASCRIBE_KEY_PASSPHRASE: 'correct horse battery' };
createLocalKey(key, { passphrase: env.ASCRIBE_KEY_PASSPHRASE });

async function ingest(name: string): Promise<void> {
  const line = `198.51.100.7 - - [11/Nov/2019:10:00:00 +0000] "GET /${name} HTTP/1.1" 200 512 "-" "-"\n`;
  writeFileSync(join(root, name), line.repeat(5));
  const ran = await ascribe(['ingest', join(root, name), '--lake', lake]);
  assert.equal(ran.code, 0, ran.err);
}

const seal = (...more: string[]) => ascribe(['seal', '--lake', lake, '--key', key, ...more], { env });
const custody = (...more: string[]) => ascribe(['custody', '--lake', lake, '--key', `${key}.pub`, ...more]);
const inLake = (folder: string) => readdirSync(join(lake, folder)).map((name) => join(lake, folder, name));

function assertSays({ code, err }: Ran, says: RegExp): void {
  assert.equal(code, 1);
  assert.match(err, says);
  assert.doesNotMatch(err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
}

test('a lake is sealed, checked, sealed on, and what is changed is named', async () => {
  await ingest('one.log');
  await ingest('two.log');
  assertSays(await custody(), /has no seal: either none was made, or all were taken away/);

  const first = await seal();
  assert.equal(first.code, 0, first.err);
  const [, head] = /^Seal 1: 2 custody records\. SHA-256 of the seal: ([0-9a-f]{64})\n$/.exec(first.out)!;
  const again = await seal();
  assert.equal(again.out, `${lake} has no custody record that waits for a seal.\n`);

  await ingest('three.log');
  const checked = await custody('--head', head!);
  assert.equal(checked.code, 0, checked.err);
  assert.equal(
    checked.out,
    `Seals that hold: 1. Custody records under seal: 2, waiting for a seal: 1.\nLast seal: 1, SHA-256 ${head}. Compare it with your notes.\n`,
  );
  assert.match((await seal()).out, /^Seal 2: 1 custody records\./);

  const other = join(root, 'other.pem');
  writeFileSync(other, madeKey().pem);
  const foreign = await ascribe(['custody', '--lake', lake, '--key', other]);
  assertSays(foreign, /is not as it was sealed \(problems: 2, the first of them above\)/);
  assert.match(foreign.out, /seals\/00000001\.json has no signature of this key/);
  assert.equal((await custody(other, '--head', head!)).code, 0, 'more than one key may be given');
  assert.match(
    (await custody('--head', 'f'.repeat(64))).out,
    /has no seal with the SHA-256 f{64} that was noted/,
  );

  const [record] = inLake('custody');
  const good = readFileSync(record!);
  rmSync(record!);
  const missing = await custody();
  assertSays(missing, /is not as it was sealed \(problems: 1/);
  assert.match(missing.out, /^ {2}custody\/[0-9a-f]{64}\.json is missing: seal \d holds it$/m);
  writeFileSync(record!, good);
  assert.equal((await custody()).code, 0);
});

test('a record that is none is left out, named, and the rest is sealed', async () => {
  await ingest('four.log');
  writeFileSync(join(lake, 'custody', `${'0'.repeat(64)}.json`), '{}\n');
  const ran = await seal();
  assertSays(
    ran,
    /1 custody records of .* are under no seal, the first of them custody\/0{64}\.json: it does not/,
  );
  assert.match(ran.out, /^Seal 3: 1 custody records\./);
  rmSync(join(lake, 'custody', `${'0'.repeat(64)}.json`));
});

test('another key goes on with the seals only where the earlier one is named', async () => {
  const successor = join(root, 'successor.key');
  createLocalKey(successor, { passphrase: env.ASCRIBE_KEY_PASSPHRASE });
  await ingest('five.log');
  const args = ['seal', '--lake', lake, '--key', successor];
  assertSays(
    await ascribe(args, { env }),
    /so that no seal is put behind it: .*name the public key of another/,
  );
  const ran = await ascribe([...args, '--earlier-key', `${key}.pub`], { env });
  assert.match(ran.out, /^Seal 4: 1 custody records\./, ran.err);
  assert.equal((await custody(`${successor}.pub`)).code, 0);
});

test('a place without a lake, a key that is none and a wrong passphrase are named', async () => {
  const nowhere = ['--lake', join(root, 'nowhere'), '--key', key];
  assertSays(
    await ascribe(['seal', ...nowhere], { env }),
    /there is no lake at .*nowhere: ascribe ingest makes one/,
  );
  assertSays(
    await ascribe(['seal', '--lake', lake, '--key', `${key}.pub`], { env }),
    /holds no private key: give the key file, not the \.pub/,
  );
  assertSays(
    await ascribe(['seal', '--lake', lake, '--key', key], { env: { ASCRIBE_KEY_PASSPHRASE: 'wrong horse' } }),
    /officer\.key cannot be opened: the passphrase is wrong/,
  );
  assertSays(
    await ascribe(['custody', '--lake', lake, '--key', key]),
    /officer\.key holds a private key: give the public key/,
  );
  assert.equal((await ascribe(['custody', '--lake', lake])).code, 2);
});
