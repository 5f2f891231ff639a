import type { Outcome } from '../ingest/pass.ts';
import { briefReason } from '../ingest/unknown-format.ts';
import { addLedgers, NO_RECORDS } from '../lake/marker.ts';

/** Files of a group that are named. */
const MOST_NAMES = 3;

/** Of an object with more rejects than rows somebody should hear before he reads a report of the rest. */
export function mostlyRejected(outcomes: readonly Outcome[]): string[] {
  const few = outcomes
    .filter((outcome) => outcome.status !== 'refused')
    .filter(({ marker: { ledger } }) => ledger.rejects > ledger.rows);
  if (few.length === 0) return [];
  const { records, rejects } = few.map(({ marker }) => marker.ledger).reduce(addLedgers, NO_RECORDS);
  const files = few.length === 1 ? '' : `${few.length.toLocaleString('en-GB')} files: `;
  return [
    `Hardly understood: ${files}${named(few)}. ${rejects.toLocaleString('en-GB')} of ${records.toLocaleString('en-GB')} records are rejects, and in no figure: "ascribe query integrity/rejects" gives the reasons.`,
  ];
}

/** What was refused, a sentence a reason. Custody has each file by itself, with the reasons of all formats. */
export function refusals(outcomes: readonly Outcome[]): string[] {
  const refused = outcomes.filter((outcome) => outcome.status === 'refused');
  const groups = Map.groupBy(refused, ({ reason }) => briefReason(reason));
  return [...groups].map(([reason, files]) => {
    const stop = reason.endsWith('…') ? '' : '.';
    if (files.length === 1) return `Refused: ${files[0]!.name} ${reason}${stop}`;
    const each = reason.startsWith('nothing ') ? 'Of each' : 'Each';
    return `Refused: ${files.length.toLocaleString('en-GB')} files: ${named(files)}. ${each} ${reason}${stop}`;
  });
}

function named(files: readonly { name: string }[]): string {
  const names = files.slice(0, MOST_NAMES).map(({ name }) => name);
  const rest = files.length - MOST_NAMES;
  return `${names.join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en-GB')} more` : ''}`;
}
