import { concentrationOf } from '../detection/concentration.ts';
import type { Surge } from '../report/model.ts';
import { besideAttacks } from './beside-attack.ts';
import type { Examined, LogView } from './examine.ts';
import { type Attack, observeAttack, observeSurge } from './observe.ts';

/**
 * Where the log as a whole did not rise, the tools of some busy visitors can make a part of it grow. A number of equal
 * ones: how many addresses there were says little where two or three sent nearly all.
 */
const FEWEST_SOURCES = 5;

/**
 * An attack comes on top of what is usual. Where the log as a whole did not rise to twice that, half of the requests can
 * be an attack's, and a little more where the usual is not known well: what is nearly all of them took the place of what
 * was usual, as a new version of a site or of its clients does.
 */
const MOST_ADDED = 2 / 3;

/** A window or surge, and what was measured of it. */
export type Seen = { id: string; examined: Examined };

type Viewed = { view: LogView; examined: Examined };

/** Candidates with positive evidence of an attack are windows; the others are surges. */
export function tellApart(logs: readonly LogView[]): { attacks: Attack[]; surges: Surge[]; seen: Seen[] } {
  const all = logs.flatMap((view) => view.examined.map((examined) => ({ view, examined }))).sort(inOrder);
  const isAttack = ({ candidate, verdict, composition, judged, hand }: Examined): boolean =>
    (verdict.kind === 'attack' &&
      (candidate.basis === 'volume' ||
        (effectiveSources(judged) >= FEWEST_SOURCES && attackShare(judged) <= MOST_ADDED))) ||
    (candidate.forced && composition.attackKeys.size > 0) ||
    // By an analyst's word, whatever the tests say.
    hand.accepted.length > 0;
  const attacks = all
    .filter(({ examined }) => isAttack(examined))
    .map(({ view, examined }, index) => observeAttack(view, { examined, id: `W${index + 1}` }));
  const risen = [
    // Where the log did not rise, there is no surge to explain, unless a part of it did for a reason that is known.
    ...all.filter(
      ({ examined }) =>
        !isAttack(examined) &&
        (examined.candidate.basis === 'volume' || examined.verdict.kind === 'retry-storm'),
    ),
    ...logs.flatMap((view) =>
      besideAttacks(
        view,
        attacks.filter((attack) => attack.view === view),
      ).map((examined) => ({ view, examined })),
    ),
  ].sort(inOrder);
  const surges = risen.map(({ view, examined }, index) =>
    observeSurge(view, { examined, id: `S${index + 1}` }),
  );
  const seen = [
    ...attacks.map(({ window, examined }) => ({ id: window.id, examined })),
    ...risen.map(({ examined }, index) => ({ id: surges[index]!.id, examined })),
  ];
  return { attacks, surges, seen };
}

/** As many addresses would have sent the attack requests if each had sent as much. */
function effectiveSources(judged: Examined['judged']): number {
  const attacking = judged.filter((source) => source.attacking);
  const shares = attacking.map(({ attackRequests }) => ({ requests_each: attackRequests, things: 1 }));
  return concentrationOf(shares)?.effective_number ?? 0;
}

function attackShare(judged: Examined['judged']): number {
  const attack = judged.reduce((sum, source) => sum + source.attackRequests, 0);
  const others = judged.reduce((sum, source) => sum + source.otherRequests, 0);
  return attack / Math.max(attack + others, 1);
}

function inOrder(a: Viewed, b: Viewed): number {
  return (
    a.examined.candidate.start - b.examined.candidate.start || (a.view.sourceId < b.view.sourceId ? -1 : 1)
  );
}
