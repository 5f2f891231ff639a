import type { Claim } from './client-address.ts';
import type { Enricher } from './enricher.ts';

/** Slots for addresses whose facts are kept, since they come again in the next records. */
const SLOT_BITS = 18;
const SLOTS = 1 << SLOT_BITS;
const TWO_32 = 2 ** 32;

/** `facts4` of the enricher, with a memory of one day and claim, whose slots belong to the address that was last there. */
export function rememberFacts4({ facts4 }: Enricher): Enricher['facts4'] {
  // Of each slot its key and the facts, together, since they are asked for together.
  const memory = new Float64Array(SLOTS * 2);
  // What was put in before the day or the claim changed is of another round.
  let round = 1;
  let [knownClaim, knownDay]: [Claim, number] = ['peer', 0];
  return (value, claim, day) => {
    if (claim !== knownClaim || day !== knownDay) {
      round += 1;
      [knownClaim, knownDay] = [claim, day];
    }
    const slot = (Math.imul(value, 0x9e3779b1) >>> (32 - SLOT_BITS)) * 2;
    const key = round * TWO_32 + value;
    if (memory[slot] !== key) {
      memory[slot + 1] = facts4(value, claim, day);
      memory[slot] = key;
    }
    return memory[slot + 1]!;
  };
}
