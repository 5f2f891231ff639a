import { graded, percent } from './grading.ts';
import type { VerdictInput, VerdictTest } from './verdict.ts';

/** Tests that need no address: of the grown signatures alone. */
export function anonymousTests({ composition, minutes }: VerdictInput): VerdictTest[] {
  const cells = [...composition.attackKeys].map((key) => composition.cells.get(key)!);
  const requests = cells.reduce((sum, cell) => sum + cell.requests, 0);
  const random = cells.reduce(
    (sum, cell) => sum + (/\{(t|rare)\}/.test(cell.signature.query ?? '') ? cell.requests : 0),
    0,
  );
  const share = requests > 0 ? random / requests : 0;
  const unknown = ['per-client-rate', 'known-prefixes', 'sub-resources', 'forged-agents', 'defence'].map(
    (id): VerdictTest => ({ id, result: 'not-computable', observation: 'the log gives no client address' }),
  );
  return [
    {
      id: 'random-tokens',
      result: graded(share, { attackFrom: 0.5 }),
      observation: `${percent(share)} of the grown requests carry a random token`,
    },
    stepTest(minutes.filter(({ key }) => composition.attackKeys.has(key))),
    ...unknown,
  ];
}

/** A flood is at half its peak within minutes; a crowd climbs. */
function stepTest(minutes: VerdictInput['minutes']): VerdictTest {
  const byMinute = new Map<number, number>();
  for (const { minute, requests } of minutes) byMinute.set(minute, (byMinute.get(minute) ?? 0) + requests);
  const peak = Math.max(0, ...byMinute.values());
  const loud = [...byMinute]
    .filter(([, requests]) => requests >= peak / 20)
    .map(([minute]) => minute)
    .sort((a, b) => a - b);
  const half = [...byMinute]
    .filter(([, requests]) => requests >= peak / 2)
    .map(([minute]) => minute)
    .sort((a, b) => a - b);
  if (peak === 0) return { id: 'onset', result: 'neither', observation: 'no signature grew' };
  const rise = (half[0]! - loud[0]!) / 60_000;
  return {
    id: 'onset',
    result: graded(rise, { attackTo: 3 }),
    observation: `the grown requests were at half their peak after ${rise} minutes`,
  };
}
