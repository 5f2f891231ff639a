import type { S3Client } from '@aws-sdk/client-s3';
import { custodyKey } from '../evidence/custody.ts';
import type { Store } from '../lake/store.ts';
import { type S3Version, versionsBelow } from './s3-logs.ts';
import type { S3Place } from './s3-store.ts';

/**
 * Versions in a place that custody does not know; all of them with `again`. What was set aside is among them, so
 * that it is set aside anew and cannot be forgotten in a queue.
 */
export async function* versionsWithoutCustody({
  store,
  client,
  place,
  again = false,
}: {
  store: Store;
  client: S3Client;
  place: S3Place;
  again?: boolean;
}): AsyncGenerator<S3Version> {
  const known = new Set(again ? [] : (await store.list('custody/')).map(({ key }) => key));
  for await (const found of versionsBelow(client, place)) {
    const { bucket, key, version } = found;
    const delivery = { kind: 's3' as const, bucket, key, version };
    if (!known.has(custodyKey(delivery))) yield found;
  }
}
