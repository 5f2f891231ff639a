/** The work of some days, the same in an undisturbed deployment and in a disturbed one. */
import { randomUUID } from 'node:crypto';
import { recordJudgement } from '../../src/case/judgements.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { urlEvent } from './emulation/lambda.ts';
import {
  announce,
  type Estate,
  ingestAll,
  oddAnnouncements,
  putQuietly,
  untilDone,
} from './faults-estate.ts';
import { countWrites } from './faults-kills.ts';
import { FLOOD, FLOOD_DAY, type IntranetLogs, QUIET_DAY } from './intranet-logs.ts';

/**
 * Delivered to the bucket that no lock may be on, so that both places of logs are read. Of a day that has no report:
 * the names of buckets are others in each deployment, and a report of two buckets names them.
 */
export const plainKeys = ['raw/web/2026-03-09/access-00001.log'];
/** Its announcement is lost: the sweep finds it. */
export const unannounced = `raw/web/${FLOOD_DAY}/flood-2.log`;
/** Announced once more without its version. */
export const withoutVersion = `raw/web/${FLOOD_DAY}/flood-3.log`;

/** What an analyst said of a cluster that no log here holds: reports and exports read it. */
const judgement = {
  cluster: '00c0ffee',
  judgement: 'reject' as const,
  ...{ tag: null, by_field: null, window: null },
  ...{ by: 'A. Analyst', reason: 'A load test of our own.', at: '2026-03-09T12:00:00.000Z' },
  tool: { name: 'ascribe', version: '0.1.0' },
};

export const watches = [
  { at: FLOOD.from.replace('14:20', '14:24') },
  { at: '2026-03-10T14:40:00Z' },
  { at: '2026-03-10T18:00:00Z' },
];
export const floodReport = { day: FLOOD_DAY, history: 0 };
export const quietReport = { day: QUIET_DAY, history: 0 };

export type Reports = { reports: { prefix: string; finding: string }[] };

export type Announcements = {
  /** Batch by batch, for messages that shall be taken together. */
  batches: string[][];
  /** All others, and those that are odd. */
  rest: string[];
};

export async function putLogs(estate: Estate, { objects, batches }: IntranetLogs): Promise<Announcements> {
  const bodies = await putQuietly(estate, { objects, plainKeys });
  await recordJudgement(estate.store, judgement);
  const batched = new Set(batches.flat());
  const rest = [...bodies]
    .filter(([key]) => !batched.has(key) && key !== unannounced)
    .map(([, body]) => body);
  return {
    batches: batches.map((keys) => keys.map((key) => bodies.get(key)!)),
    rest: [...rest, ...oddAnnouncements(estate, withoutVersion)],
  };
}

/** Each three times, in an order left to chance, the same every time. */
export function thrice(bodies: readonly string[], stream: string): string[] {
  return createRandom(1, stream).shuffled([...bodies, ...bodies, ...bodies]);
}

/** What the disturbed deployment does under faults, without any. */
export async function workUndisturbed(
  estate: Estate,
  logs: IntranetLogs,
): Promise<{ exported: { status: number; body: string }; writes: { report: number; export: number } }> {
  const { batches, rest } = await putLogs(estate, logs);
  await announce(estate, [...batches.flat(), ...rest]);
  await ingestAll(estate);
  await announce(estate, rest.slice(0, 10));
  await ingestAll(estate);
  await untilDone(estate, { name: 'Sweep', event: {}, most: 1 });
  await ingestAll(estate);
  for (const event of watches) await untilDone(estate, { name: 'Watch', event, most: 1 });
  await untilDone(estate, { name: 'Investigate', event: floodReport, most: 1 });
  // Custody that is under no seal yet is exported as well.
  const exported = await askForExport(estate, falseBody);
  await untilDone(estate, { name: 'Seal', event: {}, most: 1 });
  const reporting = () => untilDone(estate, { name: 'Investigate', event: quietReport, most: 1 });
  // And custody that is.
  const exporting = () => askForExport(estate, morningExportBody);
  const writes = {
    report: await countWrites(estate, { name: 'Investigate', run: reporting }),
    export: await countWrites(estate, { name: 'ExportEvidence', run: exporting }),
  };
  return { exported, writes };
}

export const exportBody = {
  from: '2026-03-10T14:21:00Z',
  until: '2026-03-10T14:23:00Z',
  recipient: 'ncsc',
  reason: 'A flood of the intranet, reported as an incident.',
};
/** Names another in its body: who asks is what AWS says. */
export const falseBody = { ...exportBody, requested_by: 'arn:aws:iam::123456789012:user/somebody-else' };
/** Of hours that the report of the flood is about, and not the flood itself. */
export const morningExportBody = {
  ...exportBody,
  from: `${FLOOD_DAY}T07:00:00Z`,
  until: `${FLOOD_DAY}T10:00:00Z`,
};
export const custodian = 'arn:aws:sts::123456789012:assumed-role/ascribe-custodian/example';

export function askForExport({ cloud }: Estate, body: unknown): Promise<{ status: number; body: string }> {
  return cloud.invokeUrl('ExportEvidence', { body, callerArn: custodian });
}

/** One request, to be given again as it is: its time is that of the first. */
export function exportRequest(
  { cloud, functionId }: Estate,
  body: unknown,
): () => Promise<{ failed: boolean }> {
  const host = `${randomUUID().replaceAll('-', '')}.lambda-url.eu-west-2.on.aws`;
  const event = JSON.stringify(urlEvent({ body: JSON.stringify(body), callerArn: custodian, host }));
  return async () => {
    const { failed, payload } = await cloud.lambda.invoke(functionId('ExportEvidence'), event);
    return { failed: failed || (JSON.parse(payload) as { statusCode: number }).statusCode !== 201 };
  };
}
