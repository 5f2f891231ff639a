import type { Delivery } from '../evidence/custody.ts';
import type { LogObject } from '../ingest/pass.ts';
import { readMember } from './archives.ts';
import { awsClients } from './aws-clients.ts';
import { bytesOfFile } from './log-files.ts';
import { s3LogObject } from './s3-logs.ts';

/** What was delivered, to be read again where custody says that it lies. */
export function openOriginal(delivery: Delivery): LogObject {
  if (delivery.kind === 's3') return s3LogObject(awsClients().s3, { ...delivery, size: 0 });
  const { path, member } = delivery;
  if (member !== undefined)
    return {
      name: `${path}!${member}`,
      delivery,
      async *open() {
        const bytes = await readMember(path, member);
        if (bytes === null) throw new Error('it is no longer in its archive');
        yield Buffer.from(bytes);
      },
    };
  return {
    name: path,
    delivery,
    open: () => bytesOfFile(path),
  };
}
