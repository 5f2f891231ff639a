import { graded, percent } from './grading.ts';
import type { VerdictInput, VerdictTest } from './verdict.ts';

/** An agent that says that it is a robot, and where its people can be reached. */
export const DECLARED = /(bot|crawl|spider|slurp|archive).*(https?:\/\/|@)/is;
/** A robot goes from page to page: to those that are asked for at other times, and to none of them much more than to others. */
const DECLARED_SHARE = 0.8;
const KNOWN_SHARE = 0.8;
const LARGEST_PAGE = 0.1;
/** Whoever sends so many times the usual requests floods, whatever it calls itself. */
const MOST_EXCESS = 5;

export function verifiedBotTest({ composition, verifiedBots, before }: VerdictInput): VerdictTest {
  if (!verifiedBots)
    return {
      id: 'verified-bots',
      result: 'not-computable',
      observation: 'the log does not say which bots are verified',
    };
  const growth = Math.max(0, verifiedBots.during - verifiedBots.before);
  // A crowd of which all parts grow alike has no excess over the usual composition, and grew all the same.
  const grown = Math.max(composition.excess, sumOf([...composition.cells.values()]) - before.requests);
  const share = grown > 0 ? Math.min(1, growth / grown) : 0;
  return {
    id: 'verified-bots',
    result: graded(share, { benignFrom: 0.5 }),
    observation: `verified bots explain ${percent(share)} of the growth`,
  };
}

/** Robots that name themselves and behave as robots do. The agent alone is no proof. */
export function declaredRobotTest({ composition, asked }: VerdictInput): VerdictTest {
  const { cells, excess } = composition;
  const declared = asked.filter(({ key }) => DECLARED.test(cells.get(key)?.signature.userAgent ?? ''));
  const requests = sumOf(asked);
  const share = requests > 0 ? sumOf(declared) / requests : 0;
  if (share < DECLARED_SHARE)
    return {
      id: 'declared-robots',
      result: 'neither',
      observation: `${percent(share)} of the requests with grown signatures have agents that call themselves robots`,
    };
  const known = sumOf(declared.filter(({ isUsual }) => isUsual)) / requests;
  const byPage = new Map<string, number>();
  for (const { page, requests: count } of declared) byPage.set(page, (byPage.get(page) ?? 0) + count);
  const largest = byPage.values().reduce((most, count) => Math.max(most, count), 0) / requests;
  const expected = cells.values().reduce((sum, cell) => sum + cell.expected, 0);
  const isRobot = known >= KNOWN_SHARE && largest <= LARGEST_PAGE && excess <= MOST_EXCESS * expected;
  return {
    id: 'declared-robots',
    result: isRobot ? 'benign' : 'neither',
    observation:
      `${percent(share)} of the requests with grown signatures have agents that call themselves robots, which nobody verified; ` +
      `${percent(known)} are for what is asked for at other times, ${percent(largest)} for the page that most are for`,
  };
}

const sumOf = (counted: readonly { requests: number }[]): number =>
  counted.reduce((sum, { requests }) => sum + requests, 0);
