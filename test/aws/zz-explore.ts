import { writeFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { startCloud } from '/work/main/test/aws/emulation/cloud.ts';
import { parseS3Url, s3Store } from '/work/main/src/adapters/s3-store.ts';
import { putAll } from '/work/main/test/aws/labour-logs.ts';
import { intranetLogs, FLOOD_DAY } from '/work/main/test/aws/intranet-logs.ts';
const t0 = Date.now(); const say = (...a: unknown[]) => console.log(((Date.now()-t0)/1000).toFixed(1), ...a);
const n = Number(process.argv[2] ?? 60);
const cloud = await startCloud({ assembly: '/tmp/fp/asm/cdk' });
say('cloud', JSON.stringify(cloud.timings));
try {
  const out = (name: string) => cloud.stacks.map(({outputs}) => outputs[name]).find(Boolean)!;
  const s3 = new S3Client(cloud.client());
  const logs = intranetLogs(n);
  await putAll(s3, { bucket: parseS3Url(out('RawUrl')).bucket, objects: logs.objects });
  say('put', logs.objects.length);
  await cloud.drain(600); say('drained', cloud.pumps[0]!.batches.length);
  const run = async (name: string, e: unknown) => { const r = await cloud.invoke(name, e); say(name, JSON.stringify(r).slice(0, 600)); };
  await run('Sweep', {});
  await run('Watch', { at: '2026-03-10T14:25:00Z' });
  await run('Watch', { at: '2026-03-10T15:25:00Z' });
  await run('Investigate', { day: FLOOD_DAY, history: 0 });
  await run('Seal', {});
  const callerArn = `arn:aws:sts::${cloud.account}:assumed-role/ascribe-custodian/example`;
  const r = await cloud.invokeUrl('ExportEvidence', { body: { from: '2026-03-10T14:20:00Z', until: '2026-03-10T14:22:00Z', recipient: 'ncsc', reason: 'A flood of the intranet, for the record.' }, callerArn });
  say('export', JSON.stringify(r));
  const vault = s3Store(s3, parseS3Url(out('VaultUrl')));
  for (const { key } of await vault.list('')) if (!key.startsWith('custody')) console.log(key);
  say(JSON.stringify(cloud.lambda.violations), cloud.memory().map((m: any) => `${m.function} ${(m.peak/1e6).toFixed(0)}`).join(' '));
} catch (e) { say('ERR', e); }
writeFileSync('/tmp/fp/calls.json', JSON.stringify(cloud.calls));
writeFileSync('/tmp/fp/deployed.json', JSON.stringify(cloud.deployed));
for (const f of ['Ingest','Watch','Investigate','ExportEvidence']) { const id = cloud.find('AWS::Lambda::Function', f).id; writeFileSync(`/tmp/fp/log-${f}.txt`, cloud.lambda.log(id)); }
await cloud.stop(); say('stopped');
