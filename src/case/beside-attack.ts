import { candidatesOf } from '../detection/candidates.ts';
import type { MinuteSeries } from '../detection/minute-series.ts';
import { type Composition, signatureKey } from '../detection/signatures.ts';
import { judgeSources } from '../detection/sources.ts';
import { verdictOf } from '../detection/verdict.ts';
import { type Examined, keyed, type LogView } from './examine.ts';
import type { Attack } from './observe.ts';
import { MINUTE } from './span.ts';

/**
 * What rose while an attack went on and is not of it: a crowd that a flood came into. The log is looked at again
 * without the requests that are told to be the attack's, and what departs still is judged by those that are left. A log
 * without client addresses gives too few of the attack's requests for that: what is left there can be the attack's, too.
 */
export function besideAttacks(view: LogView, attacks: readonly Attack[]): Examined[] {
  if (view.stretches.every(({ behindProxy }) => behindProxy)) return [];
  const left = view.stretches.map((stretch) => withoutAttacks(stretch, attacks));
  return left
    .flatMap((stretch) => candidatesOf([stretch]))
    .flatMap((candidate) => {
      const attack = attacks.find(
        ({ examined }) =>
          candidate.start < examined.candidate.end && examined.candidate.start < candidate.end,
      );
      return attack ? [{ ...restOf(attack.examined), candidate }] : [];
    })
    .map(judged);
}

function withoutAttacks(stretch: MinuteSeries, attacks: readonly Attack[]): MinuteSeries {
  const requests = stretch.requests.slice();
  for (const { byMinute } of attacks) {
    for (const [minute, count] of byMinute) {
      const index = (minute - stretch.start) / MINUTE;
      if (index >= 0 && index < requests.length)
        requests[index] = Math.max(0, Math.round(requests[index]! - count));
    }
  }
  return { ...stretch, requests, mitigated: new Float64Array(requests.length) };
}

/** An examined window less the signatures of the attack. */
function restOf(examined: Examined): Examined {
  const { composition } = examined;
  const isLeft = (key: string): boolean => !composition.attackKeys.has(key);
  const cells = new Map([...composition.cells].filter(([key]) => isLeft(key)));
  const rest: Composition = {
    cells,
    attackKeys: new Set(),
    usualFactor: composition.usualFactor,
    usualClients: composition.usualClients,
    unseenShare: composition.unseenShare,
    attackExcess: 0,
    excess: composition.excess - composition.attackExcess,
  };
  const rows = examined.rows.filter((row) => isLeft(signatureKey(row.signature)));
  return {
    ...examined,
    composition: rest,
    rows,
    judged: judgeSources(rows, rest),
    minutes: examined.minutes.filter(({ signature }) => isLeft(signatureKey(signature))),
  };
}

function judged(examined: Examined): Examined {
  const { composition, rows, minutes, judged, volumeBefore, refused, askedAgain, verifiedBots } = examined;
  const verdict = verdictOf({
    ...{ composition, rows, judged, refused, askedAgain, verifiedBots },
    minutes: keyed(minutes),
    // No signature is left that grew.
    asked: [],
    before: volumeBefore,
    known: null,
    attackedBefore: new Set(),
    schedule: null,
    expected: null,
    retries: null,
  });
  return { ...examined, verdict };
}
