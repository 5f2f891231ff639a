import type { Tried } from '../formats/recognise.ts';

const UNKNOWN = 'is of no known format';
const NEAREST = `${UNKNOWN}. Nearest: `;
const OTHERS = '. Tried too: ';

/** Why an object of no format is refused, for custody: each format that was tried, the nearest first, and what it lacks. */
export function unknownFormat(tried: readonly Tried[]): string {
  const said = (some: readonly Tried[]): string =>
    some.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  const near = tried.filter(({ isNear }) => isNear);
  const others = tried.filter(({ isNear }) => !isNear);
  if (near.length === 0) return `${UNKNOWN}. Tried ${said(others) || 'none: it holds blank lines only'}`;
  return `${NEAREST}${said(near)}${others.length > 0 ? `${OTHERS}${said(others)}` : ''}`;
}

/** Formats whose reasons a person wants to read, and characters of each. */
const MOST_NAMED = 2;
const MOST_CHARACTERS = 100;

/** The same for a person: the nearest formats alone, where there are some. Any other reason as it is. */
export function briefReason(reason: string): string {
  if (reason.startsWith(NEAREST)) {
    const [near] = reason.slice(NEAREST.length).split(OTHERS, 1);
    const named = near!.split(/; (?=[\w.-]+: record \d+ lacks )/).slice(0, MOST_NAMED);
    return `${NEAREST}${named.map(shortened).join('; ')}`;
  }
  const tried = reason.startsWith(`${UNKNOWN}. Tried `) && reason.match(/: record \d+ lacks /g)?.length;
  return tried ? `${UNKNOWN}, nor near to one of the ${tried} (ascribe formats lists them)` : reason;
}

/** Cut after a word. */
function shortened(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS).replace(/[\s,(]+\S*$/, '')} …`;
}
