import { createReadStream } from 'node:fs';
import type { Delivery } from '../evidence/custody.ts';
import type { LogObject } from '../ingest/pass.ts';
import { awsClients } from './aws-clients.ts';
import { s3LogObject } from './s3-logs.ts';

/** What was delivered, to be read again where custody says that it lies. */
export function openOriginal(delivery: Delivery): LogObject {
  if (delivery.kind === 's3') return s3LogObject(awsClients().s3, { ...delivery, size: 0 });
  if (delivery.member !== undefined)
    throw new Error(`it lies in an archive: unpack ${delivery.member} from ${delivery.path}`);
  return {
    name: delivery.path,
    delivery,
    open: () => createReadStream(delivery.path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>,
  };
}
