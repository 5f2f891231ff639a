import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Settings } from './settings.ts';

/** Where the lake lies in its bucket: at the top, or below the prefix that the settings name. */
export type LakePlace = { lake: IBucket; settings: Pick<Settings, 'lakePrefix'> };

/** For a function's `LAKE_URL` and for `--lake`. */
export function lakeUrl({ lake, settings: { lakePrefix } }: LakePlace): string {
  return `s3://${lake.bucketName}${lakePrefix === '' ? '' : `/${lakePrefix}`}`;
}

/** ARNs of what lies in the lake that is read now; a former one in the same bucket is not among them. */
export function inLake({ lake, settings: { lakePrefix } }: LakePlace, ...patterns: string[]): string[] {
  const base = lakePrefix === '' ? '' : `${lakePrefix}/`;
  return patterns.map((pattern) => lake.arnForObjects(base + pattern));
}
