import type { FloodTest } from './flow-verdict.ts';
import { graded, percent } from './grading.ts';

/** What `technique/random-subdomains` says of a zone in a window. */
export type ZoneNames = {
  zone: string;
  queries: number;
  names: number;
  askedOnce: number;
  queriesNeverBefore: number;
  codeKnown: number;
  notExisting: number;
};

/** Most of the queries: what people and programs ask for was mostly asked for before. */
const NEW_SHARE = 0.5;
/** Names drawn at random hardly ever repeat; those of people and programs do. */
const ONCE_SHARE = 0.8;
/** Drawn names do not exist, unless the zone has a wildcard: then new names can be a campaign of its owner too. */
const MISSING_SHARE = 0.5;

/** Whether the names of a zone were drawn at random (standards, section 3.5): all must speak for it that the log answers. */
export function nameTests(row: ZoneNames | null): FloodTest[] {
  if (!row) return [missing('new-names'), missing('asked-once'), missing('not-existing')];
  const once = row.askedOnce / Math.max(1, row.names);
  const fresh = row.queriesNeverBefore / Math.max(1, row.queries);
  const nowhere = row.notExisting / Math.max(1, row.codeKnown);
  return [
    {
      ...{ id: 'new-names', needed: true, result: graded(fresh, { attackFrom: NEW_SHARE }) },
      observation: `${percent(fresh)} of ${count(row.queries)} queries asked for names that this log never saw before`,
    },
    {
      ...{ id: 'asked-once', needed: true, result: graded(once, { attackFrom: ONCE_SHARE }) },
      observation: `${percent(once)} of ${count(row.names)} names were asked for once`,
    },
    row.codeKnown === 0
      ? missing('not-existing')
      : {
          ...{ id: 'not-existing', needed: true, result: graded(nowhere, { attackFrom: MISSING_SHARE }) },
          observation: `${percent(nowhere)} of ${count(row.codeKnown)} answers said that the name does not exist`,
        },
  ];
}

const count = (value: number): string => value.toLocaleString('en-GB');

function missing(id: string): FloodTest {
  return { id, needed: id !== 'not-existing', result: 'not-computable', observation: 'the log does not say' };
}
