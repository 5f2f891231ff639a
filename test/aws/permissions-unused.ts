/**
 * What roles of functions are allowed and the emulated run never used, and why it is granted all the same. A
 * permission that is unused and not here fails the test, and so does a line here that was used or is gone.
 */
const asking = ['Investigate', 'Watch'];
const scheduled = ['Investigate', 'Seal', 'Sweep', 'Watch'];
const functions = ['ExportEvidenceExport', 'Ingest', ...scheduled];

const each = (ids: readonly string[], ...texts: string[]): string[] =>
  ids.flatMap((id) => texts.map((text) => `${id}Policy ${text}`));

const glue = ['autonomous_systems', 'http_activity', 'minute_activity', 'rejects']
  .map((table) => `table/ascribe/${table}`)
  .concat('catalog', 'database/ascribe')
  .map((name) => `arn:aws:glue:${name}`);

export const unusedPermissions: Record<string, string[]> = {
  'Lambda itself writes the log in the name of the function, and the emulated Lambda writes a file':
    functions.flatMap((id) =>
      each([id], `OwnLog: logs:CreateLogStream ${id}Log`, `OwnLog: logs:PutLogEvents ${id}Log`),
    ),
  'The daemon of X-Ray sends the traces of the function, and the emulated Lambda has none': each(
    functions,
    'OwnTrace: xray:PutTelemetryRecords *',
    'OwnTrace: xray:PutTraceSegments *',
  ),
  'Lambda sends what failed for good in the name of the function, and in this run nothing does': each(
    scheduled,
    'OwnFailures: sqs:SendMessage QueuesFailedRuns',
  ),
  'Lambda asks for both before it takes a queue for a source; the emulated poller does without': each(
    ['Ingest'],
    'TakeMessages: sqs:ChangeMessageVisibility QueuesIngest',
    'TakeMessages: sqs:GetQueueAttributes QueuesIngest',
  ),
};

/** What differs between the unused permissions that were found and those that are named. */
export function againstNamed(
  found: readonly string[],
  named: Record<string, string[]> = unusedPermissions,
): { unnamed: string[]; stale: string[] } {
  const names = Object.values(named).flat();
  return {
    unnamed: found.filter((each) => !names.includes(each)),
    stale: names.filter((each) => !found.includes(each)),
  };
}
