import type { Delivery } from '../evidence/custody.ts';
import type { LogObject } from '../ingest/pass.ts';
import { readMember } from './archives.ts';
import { awsClients } from './aws-clients.ts';
import { bytesOfFile } from './log-files.ts';
import { s3Originals } from './s3-archives.ts';
import { s3LogObject } from './s3-logs.ts';

/** What was delivered, to be read again where custody says that it lies. */
export function openOriginal(delivery: Delivery): LogObject {
  if (delivery.kind === 's3') return openInS3(delivery);
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

function openInS3(delivery: Extract<Delivery, { kind: 's3' }>): LogObject {
  const client = awsClients().s3;
  const object = s3LogObject(client, delivery);
  const { member } = delivery;
  if (member === undefined) return object;
  return {
    name: `${object.name}!${member}`,
    delivery,
    async *open() {
      const originals = s3Originals(client);
      try {
        const bytes = await originals.read(delivery);
        if (bytes === null) throw new Error('its archive is gone, may not be read, or no longer holds it');
        yield Buffer.from(bytes);
      } finally {
        originals.close();
      }
    },
  };
}
