import type { Command } from 'commander';
import { openOriginal } from '../adapters/originals.ts';
import { allFormats } from '../adapters/own-formats.ts';
import { placeOfDelivery } from '../case/custody-against-lake.ts';
import { type CustodyRecord, verifyCustodyRecord } from '../evidence/custody.ts';
import { readCustody } from '../evidence/read-custody.ts';
import { type Delivered, deliveredTo } from '../evidence/readings.ts';
import { type FormatText, parseFormat } from '../formats/format.ts';
import { type FoundRecord, findRecord } from '../ingest/find-record.ts';
import { visible } from '../report/hostile-text.ts';
import { CommandError } from './command-error.ts';
import { custodyStore } from './custody.ts';
import { FORMATS_OPTION } from './data-options.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { hanging, widthOf } from './wrap.ts';

type TraceOptions = { lake: string; raw?: boolean; formats?: string };

export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('From a row to the line that was delivered: by its object_id and record_no')
    .argument('<object_id>', 'SHA-256 of the decompressed bytes, the column object_id of a row')
    .argument('<record_no>', 'number of the record in its object, the column record_no')
    .option('--lake <place>', 'the lake, or the vault of a deployment: s3://bucket', DEFAULT_LAKE)
    .option(...FORMATS_OPTION)
    .option('--raw', 'write the bytes of the record and nothing else')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe trace 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b 17',
    )
    .action(trace);
}

async function trace(
  objectId: string,
  number: string,
  { lake, raw, formats: folder }: TraceOptions,
): Promise<void> {
  const recordNo = Number(number);
  if (!/^[0-9a-f]{64}$/.test(objectId))
    throw new CommandError(`${objectId} is no object id: it has 64 hexadecimal digits, as in object_id.`, 2);
  if (!/^\d+$/.test(number) || recordNo < 1)
    throw new CommandError(
      `${number} is no number of a record: give a whole number from 1 on, the record_no of a row.`,
      2,
    );
  const formats = allFormats(folder);
  const deliveries = await deliveriesOf(lake, objectId);
  const last = Math.max(...deliveries.map(({ record }) => record.ledger!.records));
  if (recordNo > last)
    throw new CommandError(
      `${placeOfDelivery(deliveries[0]!.record.delivery)} has ${last.toLocaleString('en-GB')} record${last === 1 ? '' : 's'}, and no record ${number}: give a number from 1 to ${last}.`,
    );
  const problems: string[] = [];
  const lacking = new Set<Untraced['lacks']>();
  for (const delivered of deliveries) {
    const { record } = delivered;
    const found = await findIn(record, { objectId, recordNo, formats });
    if ('problem' in found) {
      problems.push(`${placeOfDelivery(record.delivery)} ${found.problem}`);
      lacking.add(found.lacks);
      continue;
    }
    if (raw) process.stdout.write(wholeOf(found));
    else {
      const said = account(delivered, { found, deliveries: deliveries.length });
      process.stdout.write(`${said}\n\n${visible(found.record.bytes.toString('utf8'))}\n`);
    }
    for (const problem of problems) process.stderr.write(`ascribe: ${visible(problem)}.\n`);
    return;
  }
  throw new CommandError(
    `the line was delivered and cannot be shown: ${problems.join('; ')}. ${lacking.has('original') ? 'Get the original back, and trace' : 'Trace it'} again.`,
  );
}

/** Custody of each delivery of an object, in the order of receipt. Throws CommandError where there is none. */
async function deliveriesOf(lake: string, objectId: string): Promise<Delivered[]> {
  const { store, profile } = await custodyStore(lake);
  const records: CustodyRecord[] = [];
  for await (const { key, bytes } of readCustody(store)) {
    if (!Buffer.from(bytes).includes(objectId)) continue;
    const verdict = verifyCustodyRecord(bytes, { key });
    if (!verdict.ok) throw new CommandError(`${key} in the custody of ${lake} ${verdict.problem}.`);
    if (verdict.record.object_id === objectId) records.push(verdict.record);
  }
  const found = deliveredTo(profile, records).filter(({ record }) => record.ledger);
  if (found.length === 0)
    throw new CommandError(
      `the custody of ${lake} knows no object ${objectId}: take the object_id of a row of this lake.`,
    );
  return found.sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
}

type Traced = FoundRecord & { record: NonNullable<FoundRecord['record']> };
/** What is to be got before the line can be shown. */
type Untraced = { problem: string; lacks: 'original' | 'format' };

async function findIn(
  { delivery, format, stored_sha256, ledger }: CustodyRecord,
  { objectId, recordNo, formats }: { objectId: string; recordNo: number; formats: readonly FormatText[] },
): Promise<Traced | Untraced> {
  const lost = (problem: string): Untraced => ({ problem, lacks: 'original' });
  if (recordNo > ledger!.records) return lost(`has ${ledger!.records.toLocaleString('en-GB')} records`);
  const asset = formats.find(({ id }) => id === format);
  if (!asset)
    return {
      problem: `was read as ${format}, a format that is not here: give its folder with --formats`,
      lacks: 'format',
    };
  let found: FoundRecord;
  try {
    found = await findRecord(openOriginal(delivery), { format: parseFormat(asset), recordNo });
  } catch (error) {
    return lost(`could not be read: ${(error as Error).message}`);
  }
  if (found.storedSha256 !== stored_sha256 || found.objectId !== objectId)
    return lost('is not what was delivered: its SHA-256 is another');
  const { record } = found;
  if (!record) return lost(`has no record ${recordNo}, though custody counts it`);
  return { ...found, record };
}

const MISFITS: Record<NonNullable<Traced['record']['misfit']>, (shown: number) => string> = {
  'cut-by-damage': () => 'cut off by the damage that ends its object',
  'record-too-long': (shown) =>
    `longer than a record may be: its first ${shown.toLocaleString('en-GB')} bytes are below`,
};

/** Throws CommandError for a record of which the head alone was kept. */
function wholeOf({ record: { bytes, length, offset } }: Traced): Buffer {
  if (bytes.length === length) return bytes;
  throw new CommandError(
    `the record has ${length.toLocaleString('en-GB')} bytes, more than a record may have: take it from the decompressed original, from byte ${offset} on.`,
  );
}

/** Columns of a name, so that a digest stands beside it in 80. */
const NAMES = 15;

function account(
  { record: custody, receivedAt }: Delivered,
  { found, deliveries }: { found: Traced; deliveries: number },
): string {
  const { record } = found;
  const others = deliveries - 1;
  const lines: [string, string][] = [
    ['delivered', placeOfDelivery(custody.delivery)],
    ['received', `${receivedAt}${others > 0 ? ` (and ${others} more times)` : ''}`],
    ['lock', custody.lock ? `${custody.lock.mode} until ${custody.lock.until}` : 'not locked by us'],
    ['stored SHA-256', `${found.storedSha256}, as custody has it`],
    ['object id', `${found.objectId}, as custody has it`],
    ['format', custody.format ?? ''],
    ['bytes', `${record.length} from ${record.offset} of the decompressed object`],
    ['record SHA-256', record.sha256],
    ...(record.misfit ? [['reject', MISFITS[record.misfit](record.bytes.length)] as [string, string]] : []),
  ];
  const width = widthOf(process.stdout) ?? Number.POSITIVE_INFINITY;
  return lines.flatMap(([name, value]) => hanging(name.padEnd(NAMES), value, width)).join('\n');
}
