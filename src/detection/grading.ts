import type { VerdictTest } from './verdict.ts';

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What a measure speaks for, by the limits that its test has. */
export function graded(
  share: number,
  limits: { attackFrom?: number; attackTo?: number; benignFrom?: number; benignTo?: number },
): VerdictTest['result'] {
  if (limits.attackFrom !== undefined && share >= limits.attackFrom) return 'attack';
  if (limits.attackTo !== undefined && share <= limits.attackTo) return 'attack';
  if (limits.benignFrom !== undefined && share >= limits.benignFrom) return 'benign';
  if (limits.benignTo !== undefined && share <= limits.benignTo) return 'benign';
  return 'neither';
}
