import { type Counted, type Signature, signatureKey } from './signatures.ts';

/** What grew asked for, page by page: method, path and query template, as they were before rare values got one name. */
export type AskedPage = {
  /** `signatureKey` of the grown signature, in which rare values have one name. */
  key: string;
  page: string;
  requests: number;
  /** Somebody asked for it in the time that is usual for the log. */
  isUsual: boolean;
};

/** Whoever asks for it, and from wherever: a robot follows no link that a log would name. */
const pageOf = ({ method, path, query }: Signature): string => JSON.stringify([method, path, query]);

/**
 * The pages that grown signatures of a window asked for. `usual` counts the log outside all candidate windows, not folded:
 * what was asked for once in all that time is known, whether or not anybody else asks for it in the window.
 */
export function askedPages(
  window: readonly (Counted & { original: Signature })[],
  { usual, attackKeys }: { usual: readonly Counted[]; attackKeys: ReadonlySet<string> },
): AskedPage[] {
  if (attackKeys.size === 0) return [];
  const known = new Set(usual.map(({ signature }) => pageOf(signature)));
  const asked = new Map<string, AskedPage>();
  for (const { signature, original, requests } of window) {
    const key = signatureKey(signature);
    if (!attackKeys.has(key)) continue;
    const page = pageOf(original);
    const of = asked.get(key + page) ?? { key, page, requests: 0, isUsual: known.has(page) };
    of.requests += requests;
    asked.set(key + page, of);
  }
  return [...asked.values()];
}
