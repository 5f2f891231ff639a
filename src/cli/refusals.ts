import type { Outcome } from '../ingest/pass.ts';
import { briefReason } from '../ingest/unknown-format.ts';

/** Files of a group that are named. */
const MOST_NAMES = 3;

/** What was refused, a sentence a reason. Custody has each file by itself, with the reasons of all formats. */
export function refusals(outcomes: readonly Outcome[]): string[] {
  const refused = outcomes.filter((outcome) => outcome.status === 'refused');
  const groups = Map.groupBy(refused, ({ reason }) => briefReason(reason));
  return [...groups].map(([reason, files]) => {
    const stop = reason.endsWith('…') ? '' : '.';
    const names = files.map(({ name }) => name);
    if (names.length === 1) return `Refused: ${names[0]} ${reason}${stop}`;
    const rest = names.length - MOST_NAMES;
    const named = `${names.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en-GB')} more` : ''}`;
    const each = reason.startsWith('nothing ') ? 'Of each' : 'Each';
    return `Refused: ${names.length.toLocaleString('en-GB')} files: ${named}. ${each} ${reason}${stop}`;
  });
}
