/** What a deployment holds when its work is done, told so that two deployments can be compared. */
import assert from 'node:assert/strict';
import { PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { type CustodyRecord, verifyCustodyRecord } from '../../src/evidence/custody.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { sideBySide } from '../../src/lake/side-by-side.ts';
import type { Store } from '../../src/lake/store.ts';
import { type Estate, messagesOf } from './faults-estate.ts';

/** By what it is called: what it holds, or the digest of that. */
export type State = Record<string, string>;

const READS = 16;

/** Lake and custody: profile, parts and markers byte by byte, custody by what it says. */
export async function lakeState(estate: Estate): Promise<State> {
  const { store } = estate;
  const state = await lakeFiles(estate);
  const keys = (await store.list('custody/')).map(({ key }) => key);
  await sideBySide(keys, READS, async (key) => {
    const verdict = verifyCustodyRecord((await store.read(key))!, { key });
    if (!verdict.ok) throw new Error(`${key} ${verdict.problem}`);
    add(state, custodyName(verdict.record, estate), custodyContent(verdict.record));
  });
  for (const { key } of await store.list('deferred/')) {
    const { delivery, reason } = JSON.parse(Buffer.from((await store.read(key))!).toString('utf8'));
    add(state, `deferred ${delivery.key}`, reason);
  }
  return state;
}

/** Every object of the lake with the MD5 of its bytes, which the emulated S3 has for its ETag, with a key or without. */
export async function lakeFiles({ s3, lake }: Estate): Promise<State> {
  const state: State = {};
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: lake }))
    for (const { Key, ETag } of page.Contents ?? []) state[Key!] = ETag!;
  // It names the vault, which is another in each deployment.
  assert.ok(delete state['vault.json'] && Object.keys(state).length > 0);
  return state;
}

/** A second record of one delivery must not hide behind the first. */
function add(state: State, name: string, content: string): void {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}, again ${number}`;
    if (free in state) continue;
    state[free] = content;
    return;
  }
}

function custodyName({ delivery }: CustodyRecord, { raw }: Estate): string {
  if (delivery.kind !== 's3') throw new Error('a delivery from elsewhere than S3');
  return `custody of ${delivery.bucket === raw ? 'raw' : 'plain'} ${delivery.key}`;
}

/** Without clocks, and without the names that differ from deployment to deployment: bucket and version. */
function custodyContent(record: CustodyRecord): string {
  const { hash: _, received_at: _at, delivery_id: _id, delivery: _delivery, lock, ...rest } = record;
  return JSON.stringify({ ...rest, lock: lock?.mode ?? null });
}

/** Does to a lake what no fault may: takes a marker away, adds a part, changes another. Gives what must be seen of it. */
export async function plantLosses({ store, s3, lake }: Estate): Promise<string[]> {
  const [marker] = await store.list('objects/');
  const parts = await store.list('tables/minute_activity/');
  const [part] = parts;
  const added = part!.key.replace(/[0-9a-f]{64}/, '0'.repeat(64));
  await store.remove(marker!.key);
  for (const Key of [added, parts.at(-1)!.key])
    await s3.send(new PutObjectCommand({ Bucket: lake, Key, Body: 'planted' }));
  return [`lost: ${marker!.key}`, `added: ${added}`, `1 other: ${parts.at(-1)!.key}`];
}

/** Each thing that was set aside, once: a message may come more than once, a reason may not be lost. */
export async function queueState(estate: Estate): Promise<State> {
  const state: State = {};
  for (const name of ['Quarantine', 'Oversize']) {
    for (const body of await messagesOf(estate, name)) {
      const { detail, message, reason } = JSON.parse(body);
      const what = detail?.object.key ?? message;
      const about = `${name}: ${reason}`.replaceAll(estate.raw, 'raw').replaceAll(estate.plain, 'plain');
      state[`${withoutBucket(what, estate)} ${sha256(Buffer.from(about)).slice(0, 8)}`] = about;
    }
  }
  for (const name of ['IngestDeadLetters', 'AsideDeadLetters', 'FailedRuns'])
    for (const body of await messagesOf(estate, name))
      add(state, `${name} ${withoutBucket(body, estate)}`, body);
  return state;
}

function withoutBucket(text: string, { raw, plain }: Estate): string {
  return text.replaceAll(raw, 'raw').replaceAll(plain, 'plain');
}

/** Reports and alerts, byte by byte. */
export async function vaultState({ vault }: Estate): Promise<State> {
  const state: State = {};
  for (const key of await reportFiles(vault)) state[key] = sha256((await vault.read(key))!);
  for (const { key } of await vault.list('alerts/'))
    state[key] = Buffer.from((await vault.read(key))!).toString('utf8');
  return state;
}

/** Without `engine.json`, which names executions, and what is made of its bytes. */
async function reportFiles(vault: Store): Promise<string[]> {
  const keys = (await vault.list('reports/')).map(({ key }) => key);
  return keys.filter((key) =>
    /\/data\/(report\.(json|md|html)|sources\.csv|queries\/.*|results\/.*)$/.test(key),
  );
}

/** What differs: lost, added, or another content; at most a few of each, with their number. */
export function differences(reference: State, found: State): string[] {
  const lost = Object.keys(reference).filter((name) => !(name in found));
  const added = Object.keys(found).filter((name) => !(name in reference));
  const other = Object.keys(reference).filter((name) => name in found && reference[name] !== found[name]);
  const some = (what: string, names: string[]) =>
    names.length === 0 ? [] : [`${names.length} ${what}: ${names.slice(0, 5).join('; ')}`];
  const shown = other.map(
    (name) => `${name} (${reference[name]!.slice(0, 200)} | ${found[name]!.slice(0, 200)})`,
  );
  return [...some('lost', lost), ...some('added', added), ...some('other', shown)];
}
