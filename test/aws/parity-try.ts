import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { synthesize } from '/work/main/test/aws/assembly.ts';
import { startCloud } from '/work/main/test/aws/emulation/cloud.ts';
import { directoryStore } from '/work/main/src/adapters/directory.ts';
import { openCatalogue } from '/work/main/src/adapters/catalogue.ts';
import { awsClients, paceOf } from '/work/main/src/adapters/aws-clients.ts';
import { athenaEngine } from '/work/main/src/adapters/athena-engine.ts';
import { duckDbEngine, partsOf } from '/work/main/src/adapters/duckdb-engine.ts';
import { compileReport } from '/work/main/src/case/compile.ts';
import { sideBySide } from '/work/main/src/lake/side-by-side.ts';
const t0 = Date.now(); const lap = (w: string) => console.log(((Date.now()-t0)/1000).toFixed(1), w);
const folder = mkdtempSync(join(tmpdir(), 'parity-'));
const cloud = await startCloud({ assembly: synthesize(folder) }); lap('cloud');
process.env.AWS_ENDPOINT_URL = cloud.endpoint; process.env.AWS_REGION = cloud.region; process.env.AWS_ACCESS_KEY_ID = 'test'; process.env.AWS_SECRET_ACCESS_KEY='x';
const store = directoryStore('/tmp/d1/lake');
const s3 = new S3Client(cloud.client());
const out = (n: string) => cloud.stacks.map(s => s.outputs[n]).find(Boolean)!;
const Bucket = out('LakeUrl').slice(5);
const keys = await store.list('tables/'); 
await sideBySide(keys, 16, async ({ key }) => { await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: (await store.read(key))! })); });
lap('uploaded ' + keys.length);
const clients = awsClients(paceOf('emulated'));
const results: any[] = [];
for (const name of ['duckdb', 'athena']) {
  const got = new Map();
  const options: any = { catalogue: openCatalogue(), tool: {name:'ascribe',version:'0.1.0'}, tlp:'TLP:AMBER', days: null, focus: null, forced: null, unread: [], supersedes: null,
    openEngine: async (s: any) => { const e = name === 'duckdb' ? await duckDbEngine(partsOf(store, s.markers)) : athenaEngine(clients, { workgroup: out('WorkgroupName'), database: out('DatabaseName'), snapshot: s.root });
      return { ...e, committedOnly: true, run: async (sql: string, o: any) => { const r = await e.run(sql, o); got.set(JSON.stringify([sql.match(/title: (.*)/)![1], o.parameters]), r); return r; } }; } };
  const c = await compileReport(store, options); lap(name);
  for (const f of c.report) writeFileSync(join(folder, name + '-' + f.path), f.bytes);
  results.push(got);
}
const [d, a] = results;
for (const [k, r] of d) { const o = a.get(k); if (!o) { console.log('MISSING in athena', k); continue; }
  const x = JSON.stringify(r.rows, (_, v) => typeof v === 'bigint' ? v.toString() : v), y = JSON.stringify(o.rows, (_, v) => typeof v === 'bigint' ? v.toString() : v);
  if (x !== y) { const i = r.rows.findIndex((row: any, j: number) => JSON.stringify(row) !== JSON.stringify(o.rows[j])); console.log('DIFF', k, r.rows.length, o.rows.length, i, JSON.stringify(r.rows[i]), JSON.stringify(o.rows[i])); } }
for (const k of a.keys()) if (!d.has(k)) console.log('MISSING in duckdb', k);
console.log(folder);
await cloud.stop(); process.exit(0);
