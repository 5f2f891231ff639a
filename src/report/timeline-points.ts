/** A series cut down to what a chart can show: the busiest bucket of each group, whole, so that no number is made up. */
import type { TimelinePoint } from './blocks.ts';
import type { Series } from './model.ts';

export type Cut = { from: number; until: number; most: number };

export function busiest(
  series: Series,
  cut: Cut,
): { points: TimelinePoint[]; step_ms: number; merged: number } {
  const bucket = series.bucket_seconds * 1000;
  const inside = series.points
    .filter((point) => Date.parse(point.at) >= cut.from && Date.parse(point.at) < cut.until)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const buckets = Math.max(1, Math.ceil((cut.until - cut.from) / bucket));
  const merged = round(Math.ceil(buckets / cut.most));
  const step_ms = bucket * merged;
  const groups = new Map<number, TimelinePoint>();
  for (const point of inside) {
    const group = Math.floor(Date.parse(point.at) / step_ms);
    const best = groups.get(group);
    if (!best || point.requests > best.requests) groups.set(group, point);
  }
  return { points: [...groups.values()], step_ms, merged };
}

/** Groups that a reader of a clock expects: 2, 5, 10, 15, 30 minutes, then hours. */
function round(least: number): number {
  return [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440].find((step) => step >= least) ?? least;
}

export function bucketName(seconds: number): string {
  if (seconds === 60) return 'minute';
  if (seconds === 3600) return 'hour';
  if (seconds === 86_400) return 'day';
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
}
