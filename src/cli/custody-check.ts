import type { Command } from 'commander';
import { awsClients } from '../adapters/aws-clients.ts';
import { openLakeStore } from '../adapters/lake-location.ts';
import {
  type CustodyAgainstLake,
  custodyAgainstLake,
  type Differences,
  deliveryDelays,
  differencesIn,
} from '../case/custody-against-lake.ts';
import { takeSnapshot } from '../case/snapshot.ts';
import { type CustodyRecord, verifyCustodyRecord } from '../evidence/custody.ts';
import { readCustody } from '../evidence/read-custody.ts';
import { deliveredTo } from '../evidence/readings.ts';
import { visible } from '../report/hostile-text.ts';
import { CommandError } from './command-error.ts';
import { custodyStore } from './custody.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { addOutputOptions, formatOf, giveResult, type OutputOptions } from './result-output.ts';
import { tell } from './wrap.ts';

/** Differences of a kind that are shown; a lake that lost a folder has thousands. */
const MOST_SHOWN = 20;

/** `ascribe custody check` and `ascribe custody delays`, below the command that checks seals. */
export function addCustodyChecks(custody: Command): void {
  custody
    .command('check')
    .description(
      'Hold custody against the lake: originals that one knows and the other lacks, parts and markers that changed',
    )
    .option('--lake <place>', 'the lake: a folder, or s3://bucket/prefix', DEFAULT_LAKE)
    .option('--json', 'JSON, with every difference')
    .addHelpText('after', '\nExample:\n  $ ascribe custody check --lake case-7/lake')
    .action(async ({ lake, json }: { lake: string; json?: boolean }) => {
      const held = custodyAgainstLake(
        await takeSnapshot(await openLakeStore(lake, awsClients()), null, { goOn: true }),
      );
      if (json) process.stdout.write(`${JSON.stringify(held, null, 2)}\n`);
      else tell(account(held));
      const differences = differencesIn(held.differences);
      if (differences > 0)
        throw new CommandError(
          `custody and the lake at ${lake} differ (differences: ${differences.toLocaleString('en-GB')}). ${adviceFor(held.differences)}`,
        );
    });
  const delays = custody
    .command('delays')
    .description(
      'How long after their events the objects of each log came, by hour: late deliveries stand out',
    )
    .option('--lake <place>', 'the lake, or the vault of a deployment: s3://bucket', DEFAULT_LAKE)
    .addHelpText('after', '\nExample:\n  $ ascribe custody delays --lake case-7/lake');
  addOutputOptions(delays).action(async (options: OutputOptions & { lake: string }) => {
    formatOf(options);
    const records: CustodyRecord[] = [];
    const { store, profile } = await custodyStore(options.lake);
    for await (const { key, bytes } of readCustody(store)) {
      const verdict = verifyCustodyRecord(bytes, { key });
      if (!verdict.ok) throw new CommandError(`${key} in the custody of ${options.lake} ${verdict.problem}.`);
      records.push(verdict.record);
    }
    const rows = deliveryDelays(deliveredTo(profile, records));
    await giveResult(
      {
        columns: [
          { name: 'source_id', type: 'varchar' },
          { name: 'hour', type: 'timestamp' },
          { name: 'objects', type: 'bigint' },
          { name: 'least_minutes', type: 'bigint' },
          { name: 'median_minutes', type: 'bigint' },
          { name: 'most_minutes', type: 'bigint' },
          { name: 'late', type: 'bigint' },
          { name: 'basis', type: 'varchar' },
        ],
        rows: rows.map((row) => [
          row.source_id,
          row.hour,
          row.objects,
          row.least_minutes,
          row.median_minutes,
          row.most_minutes,
          row.late,
          row.basis,
        ]),
      },
      options,
    );
  });
}

/** What to do about the differences that there are, in one line. */
function adviceFor({ lacking, unknown, archives, set_aside, broken, orphans }: Differences): string {
  return [
    ...(unknown.length > 0
      ? [
          'Of objects in the lake and not in custody, ingest the same logs again: that writes the missing custody.',
        ]
      : []),
    ...(lacking.length + archives.length + set_aside.length + orphans.length > 0
      ? ['Ingest what the lake lacks again.']
      : []),
    ...(lacking.length + archives.length + broken.length > 0 ? ['Compare both with a copy.'] : []),
  ].join(' ');
}

function account({ agreeing, refused, archives: opened, altered, differences }: CustodyAgainstLake): string {
  const number = (value: number): string => value.toLocaleString('en-GB');
  const { lacking, unknown, archives, set_aside, broken, orphans } = differences;
  return [
    `Objects in custody and in the lake: ${number(agreeing)}. Deliveries refused, which have no object: ${number(refused)}.${opened > 0 ? ` Archives, whose members are deliveries of their own: ${number(opened)}.` : ''}`,
    ...listOf(
      'Delivered with other bytes under the same path, size and time, each read as a delivery of its own',
      altered.map(({ delivery, contents }) => `${delivery}: ${number(contents)} contents`),
    ),
    ...listOf(
      'In custody, and not in the lake',
      lacking.map(({ object_id, deliveries }) => `${object_id} ${deliveries.join(', ')}`),
    ),
    ...listOf('In the lake, and not in custody', unknown),
    ...listOf(
      'Archives that are not whole in custody',
      archives.map(({ delivery, problem }) => `${delivery} ${problem}`),
    ),
    ...listOf(
      'Set aside, and not read yet',
      set_aside.map(({ delivery, reason }) => `${delivery}: it ${reason}`),
    ),
    ...listOf(
      'Not as it was written',
      broken.map(({ key, problem }) => `${key}: ${problem}`),
    ),
    ...listOf('Parts of objects that were never committed', orphans),
  ].join('\n');
}

function listOf(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - MOST_SHOWN;
  return [
    `${title}: ${lines.length.toLocaleString('en-GB')}`,
    ...lines.slice(0, MOST_SHOWN).map((line) => `  ${visible(line)}`),
    ...(rest > 0 ? [`  … and ${rest.toLocaleString('en-GB')} more: --json gives all`] : []),
  ];
}
