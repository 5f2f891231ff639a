import type { Claim } from './client-address.ts';
import type { Enricher } from './enricher.ts';

/** Slots for addresses whose facts are kept, since they come again in the next records. */
const SLOT_BITS = 18;
const SLOTS = 1 << SLOT_BITS;

/** `facts4` of the enricher, with a memory of one day and claim, whose slots belong to the address that was last there. */
export function rememberFacts4({ facts4 }: Enricher): Enricher['facts4'] {
  const addresses = new Uint32Array(SLOTS);
  const facts = new Float64Array(SLOTS);
  // What was put in before the day or the claim changed is of another round.
  const rounds = new Uint32Array(SLOTS);
  let round = 1;
  let [knownClaim, knownDay]: [Claim, number] = ['peer', 0];
  return (value, claim, day) => {
    if (claim !== knownClaim || day !== knownDay) {
      round += 1;
      [knownClaim, knownDay] = [claim, day];
    }
    const slot = Math.imul(value, 0x9e3779b1) >>> (32 - SLOT_BITS);
    if (rounds[slot] !== round || addresses[slot] !== value) {
      addresses[slot] = value;
      facts[slot] = facts4(value, claim, day);
      rounds[slot] = round;
    }
    return facts[slot]!;
  };
}
