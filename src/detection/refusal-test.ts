import { percent } from './grading.ts';
import type { Composition } from './signatures.ts';
import type { VerdictTest } from './verdict.ts';

/** Requests for a template that is refused at all: in a window, and in the rest of the log. */
export type RefusedTemplate = {
  method: string | null;
  path: string | null;
  requests: number;
  refused: number;
  usualRequests: number;
  usualRefused: number;
};

/** Who does not know the password is refused mostly, and far more often than people are. */
const REFUSED_SHARE = 0.5;
const REFUSED_MULTIPLE = 3;
/** Fewer requests do not say what is usual. */
const FEWEST_USUAL = 20;

/** Whether the application refused what grew, where it usually does not. */
export function refusalTest(
  templates: readonly RefusedTemplate[],
  { composition, grown }: { composition: Composition; grown: boolean },
): VerdictTest {
  const keyOf = (method: string | null, path: string | null): string => JSON.stringify([method, path]);
  const attacked = new Set<string>();
  for (const { key, signature } of composition.cells.values())
    if (composition.attackKeys.has(key)) attacked.add(keyOf(signature.method, signature.path));
  const found = templates.filter(({ method, path }) => attacked.has(keyOf(method, path)));
  const sum = (of: (template: RefusedTemplate) => number): number =>
    found.reduce((total, each) => total + of(each), 0);
  const usualRequests = sum((each) => each.usualRequests);
  if (!grown || usualRequests < FEWEST_USUAL)
    return {
      id: 'refusals',
      result: 'neither',
      observation: 'nothing grew that the application is known to refuse',
    };
  const share =
    sum((each) => each.refused) /
    Math.max(
      sum((each) => each.requests),
      1,
    );
  const usual = sum((each) => each.usualRefused) / usualRequests;
  return {
    id: 'refusals',
    result: share >= REFUSED_SHARE && share >= REFUSED_MULTIPLE * usual ? 'attack' : 'neither',
    observation: `the application refused ${percent(share)} of the requests for what grew, and ${percent(usual)} at other times`,
  };
}
