/** How evidence is asked for: who asks is what AWS says, and a request that cannot be met is answered by a sentence. */
import assert from 'node:assert/strict';
import { verifyCustodyRecord } from '../../src/evidence/custody.ts';
import { urlEvent } from './emulation/lambda.ts';
import type { Estate } from './faults-estate.ts';
import { askForExport, custodian, exportBody } from './faults-story.ts';

/** A package in the vault, of what was asked for by who asked. */
export async function assertExported(
  { vault }: Estate,
  asked: { status: number; body: string },
): Promise<void> {
  assert.equal(asked.status, 201, asked.body);
  const answer = JSON.parse(asked.body) as { package: string; files: number; tagManifestSha256: string };
  const prefix = answer.package.replace(/^s3:\/\/[^/]+\//, '');
  assert.match(prefix, /^exports\/[0-9a-f]{32}$/);
  const keys = new Set((await vault.list(`${prefix}/`)).map(({ key }) => key.slice(prefix.length + 1)));
  const payload = [...keys].filter((key) => key.startsWith('data/'));
  assert.equal(payload.length, answer.files);
  assert.ok(keys.has('signatures/dsse.json') && keys.has('tagmanifest-sha512.txt'));
  for (const part of ['data/custody.jsonl', 'data/originals/', 'data/reports/'])
    assert.ok(
      payload.some((key) => key.startsWith(part)),
      part,
    );
  const lines = Buffer.from((await vault.read(`${prefix}/data/custody.jsonl`))!)
    .toString('utf8')
    .split(/(?<=\n)/);
  const verdicts = lines.map((line) => verifyCustodyRecord(Buffer.from(line)));
  assert.ok(verdicts.length >= 2 && verdicts.every(({ ok }) => ok), `${verdicts.length} records of custody`);
  const request = JSON.parse(
    Buffer.from((await vault.read(`${prefix}/data/request.json`))!).toString('utf8'),
  );
  assert.deepEqual(
    [request.requested_by, request.recipient, request.reason, Date.parse(request.from)],
    [custodian, 'ncsc', exportBody.reason, Date.parse(exportBody.from)],
  );
}

export async function assertRefused(estate: Estate): Promise<void> {
  const { vault, cloud, functionId } = estate;
  const before = (await vault.list('exports/')).length;
  const { from: _, ...noStart } = exportBody;
  const bad: [unknown, RegExp][] = [
    [noStart, /"from" must be a time such as/],
    [{ ...exportBody, from: exportBody.until, until: exportBody.from }, /"from" must be before "until"/],
    [{ ...exportBody, recipient: 'a friend' }, /"recipient" must be one of ncsc/],
    [{ ...exportBody, reason: 'because' }, /"reason" must say/],
    [{ ...exportBody, from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' }, /no report is about/],
    [['a list'], /must be a time/],
    [null, /must be a time/],
  ];
  for (const [body, sentence] of bad) {
    const { status, body: text } = await askForExport(estate, body);
    assert.equal(status, 422, text);
    assert.match((JSON.parse(text) as { problem: string }).problem, sentence);
  }
  const ask = async (event: object) => {
    const { payload, failed } = await cloud.lambda.invoke(
      functionId('ExportEvidence'),
      JSON.stringify(event),
    );
    assert.equal(failed, false, payload);
    const { statusCode, body } = JSON.parse(payload) as { statusCode: number; body: string };
    return { statusCode, problem: (JSON.parse(body) as { problem: string }).problem };
  };
  const host = 'example.lambda-url.eu-west-2.on.aws';
  const event = urlEvent({ body: 'no JSON', callerArn: custodian, host }) as {
    requestContext: { authorizer: unknown };
  };
  assert.deepEqual(await ask(event), { statusCode: 422, problem: 'the body is no JSON.' });
  // Who asks is never a field of the body.
  const body = JSON.stringify({ ...exportBody, requested_by: custodian });
  const nobody = { ...event, body, requestContext: { ...event.requestContext, authorizer: null } };
  const refused = await ask(nobody);
  assert.equal(refused.statusCode, 403);
  assert.match(refused.problem, /nobody who asks/);
  assert.equal((await vault.list('exports/')).length, before, 'nothing was filed');
}
