/** Every record accounted for: records = rows + rejects + headers + blanks + notices, an object each. */

import { briefReason } from '../../ingest/unknown-format.ts';
import {
  type Block,
  type Column,
  type Inline,
  left,
  list,
  paragraph,
  right,
  type Section,
  type Text,
} from '../blocks.ts';
import type { ArchiveEntry, LedgerEntry, ReportModel } from '../model.ts';
import { count, counted } from '../words.ts';

/** More objects than these, and the ledger opens with totals and the objects that are not whole. */
const FEW = 12;

export function ledgerSection(model: ReportModel): Section {
  const { ledger, archives = [], refused } = model;
  const blocks: Block[] = [paragraph(sumLine(ledger))];
  if (ledger.length > FEW) {
    const unwhole = ledger.filter((entry) => entry.rejects > 0 || entry.damage !== null);
    blocks.push(totals(ledger));
    if (unwhole.length > 0) blocks.push(objects('Objects with rejects or damage', unwhole, 40));
    blocks.push({
      is: 'fold',
      title: `All ${counted(ledger.length, 'object')}`,
      on_paper: 'said',
      blocks: [objects('All objects', ledger)],
    });
  } else if (ledger.length > 0) blocks.push(objects('Objects', ledger));
  const untold = ledger.filter(({ deliveries }) => deliveries === 0);
  if (untold.length > 0) blocks.push(...withoutCustody(untold));
  if (archives.length > 0) blocks.push(handedOver(archives));
  blocks.push({ is: 'heading', text: 'Refused' }, ...notRead(refused));
  return { id: 'ledger', title: 'Ledger', blocks };
}

/** Objects whose delivery nobody recorded: of these the lake alone speaks. */
function withoutCustody(untold: readonly LedgerEntry[]): Block[] {
  const rest = untold.length - FEW;
  return [
    paragraph([
      { strong: `Custody has no record of ${counted(untold.length, 'object')} of this ledger: ` },
      'where from and when they were delivered, and the SHA-256 of their bytes as stored, is recorded nowhere. Ingest the same logs again: that writes the missing custody.',
    ]),
    list([
      ...untold.slice(0, FEW).map(({ object_id }): Text => [{ value: object_id }]),
      ...(rest > 0 ? [`and ${count(rest)} more, with 0 deliveries in the table above`] : []),
    ]),
  ];
}

/** A line a reason: of a folder with a thousand pictures one, not a thousand. */
function notRead(refused: ReportModel['refused']): Block[] {
  if (refused.length === 0) return [paragraph('No object was refused.')];
  const groups = Map.groupBy(refused, ({ reason }) => briefReason(reason));
  return [
    paragraph(
      'Custody has each delivery that was refused, with what each format lacks, and so has report.json. Here stands also what custody has no delivery of: members that did not come out of their archive, files that did not open, objects that were set aside and not read.',
    ),
    list(
      [...groups].map(
        ([reason, files]): Text => [...named(files), `: ${files.length > 1 ? 'each ' : ''}${reason}`],
      ),
    ),
  ];
}

function named(files: ReportModel['refused']): Inline[] {
  const names = files
    .slice(0, FEW)
    .flatMap(({ object }, index): Inline[] => [index === 0 ? '' : ', ', { value: object }]);
  const rest = files.length - FEW;
  return [
    ...(files.length > 1 ? [`${counted(files.length, 'file')}, `] : []),
    ...names,
    ...(rest > 0 ? [` and ${count(rest)} more`] : []),
  ];
}

type Sums = Pick<LedgerEntry, 'bytes' | 'records' | 'rows' | 'rejects' | 'headers' | 'blanks' | 'notices'>;

function sum(entries: readonly LedgerEntry[]): Sums {
  const sums: Sums = { bytes: 0, records: 0, rows: 0, rejects: 0, headers: 0, blanks: 0, notices: 0 };
  for (const entry of entries) {
    for (const key of Object.keys(sums) as (keyof Sums)[]) sums[key] += entry[key];
  }
  return sums;
}

function sumLine(entries: readonly LedgerEntry[]): Text {
  if (entries.length === 0) return 'No object was read.';
  const { records, rows, rejects, headers, blanks, notices } = sum(entries);
  const whole = records === rows + rejects + headers + blanks + notices;
  return [
    { strong: `${counted(entries.length, 'object')}, every record accounted for: ` },
    `${count(records)} records = ${count(rows)} rows + ${count(rejects)} rejects + ${count(headers)} headers + ${count(blanks)} blanks + ${count(notices)} notices.`,
    ...(whole ? [] : [{ strong: ' THE SUM DOES NOT HOLD: do not rely on this report.' }]),
  ];
}

const COUNTS: readonly Column[] = ['Bytes', 'Records', 'Rows', 'Rejects', 'Headers', 'Blanks', 'Notices'].map(
  right,
);
const counts = (sums: Sums): Text[] =>
  [sums.bytes, sums.records, sums.rows, sums.rejects, sums.headers, sums.blanks, sums.notices].map(count);

function totals(entries: readonly LedgerEntry[]): Block {
  const groups = Map.groupBy(entries, (entry) => JSON.stringify([entry.source_id, entry.format]));
  return {
    is: 'table',
    caption: 'Totals by log and format',
    columns: [left('Log'), left('Format'), right('Objects'), ...COUNTS],
    rows: [...groups.values()].map((group) => [
      { value: group[0]!.source_id },
      group[0]!.format,
      count(group.length),
      ...counts(sum(group)),
    ]),
  };
}

function objects(caption: string, entries: readonly LedgerEntry[], fold?: number): Block {
  return {
    is: 'table',
    caption,
    ...(fold === undefined ? {} : { fold_after: fold }),
    columns: [
      left('Object, log, format'),
      ...COUNTS,
      left('Damage'),
      right('Deliveries'),
      left('SHA-256 as stored, then object id'),
    ],
    rows: entries.map((entry) => [
      [{ value: entry.object }, ', ', { value: entry.source_id }, `, ${entry.format}`],
      ...counts(entry),
      entry.damage ?? 'none',
      count(entry.deliveries),
      [
        ...(entry.deliveries === 0 ? ['not in custody'] : [{ value: entry.sha256 }]),
        ' ',
        { value: entry.object_id },
      ],
    ]),
  };
}

function handedOver(archives: readonly ArchiveEntry[]): Block {
  return {
    is: 'table',
    caption: 'Archives, as they were handed over',
    fold_after: 40,
    columns: [
      left('Archive'),
      right('Bytes as stored'),
      right('Members'),
      right('Objects'),
      left('Damage'),
      left('SHA-256 as stored'),
    ],
    rows: archives.map(({ archive, bytes, members, objects: read, damage, sha256 }) => [
      { value: archive },
      count(bytes),
      count(members),
      count(read),
      damage === null ? 'none' : { value: damage },
      { value: sha256 },
    ]),
  };
}
