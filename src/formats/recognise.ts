import type { Format } from './format.ts';

/** How many records at the start of an object decide its format. */
export const SAMPLE_RECORDS = 100;

export type Recognition = { format: Format } | { format: null; tried: { id: string; reason: string }[] };

/**
 * The format of an object, from its first records: the one whose pattern most of them match, at least half.
 * Otherwise the formats that were tried, with the first reason of each.
 */
export function recogniseFormat(records: readonly string[], formats: readonly Format[]): Recognition {
  const sample = records.map((record) => record.replace(/\r$/, '')).filter((record) => record.trim() !== '');
  let best: { format: Format; matches: number } | null = null;
  const tried: { id: string; reason: string }[] = [];
  for (const format of formats) {
    const missed = sample.findIndex((record) => !format.recognise.pattern.test(record));
    const matches = sample.filter((record) => format.recognise.pattern.test(record)).length;
    if (missed >= 0)
      tried.push({ id: format.id, reason: `record ${missed + 1} lacks ${format.recognise.expects}` });
    if (matches * 2 >= sample.length && matches > (best?.matches ?? 0)) best = { format, matches };
  }
  return best ? { format: best.format } : { format: null, tried };
}
