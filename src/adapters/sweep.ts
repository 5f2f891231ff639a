import type { S3Client } from '@aws-sdk/client-s3';
import { custodyKey } from '../evidence/custody.ts';
import { deferralKey } from '../evidence/deferral.ts';
import type { Store } from '../lake/store.ts';
import { type S3Version, versionsBelow } from './s3-logs.ts';
import type { S3Place } from './s3-store.ts';

/** Versions below a place that custody does not know and that nobody set aside. */
export async function* versionsWithoutCustody({
  store,
  client,
  place,
}: {
  store: Store;
  client: S3Client;
  place: S3Place;
}): AsyncGenerator<S3Version> {
  const lists = await Promise.all([store.list('custody/'), store.list('deferred/')]);
  const known = new Set(lists.flat().map(({ key }) => key));
  for await (const found of versionsBelow(client, place)) {
    const { bucket, key, version } = found;
    const delivery = { kind: 's3' as const, bucket, key, version };
    if (!known.has(custodyKey(delivery)) && !known.has(deferralKey(delivery))) yield found;
  }
}
