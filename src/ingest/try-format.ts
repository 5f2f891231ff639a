import type { Format } from '../formats/format.ts';
import type { Projector } from './projection.ts';
import { countRecords } from './text.ts';

/** What any log can hold, whatever its format: a record must become a reject, and may neither throw nor vanish. */
const ODD = [
  'x',
  '"',
  '-',
  '[',
  '{}',
  '{"a": [1, "b"]}',
  '198.51.100.1 - - []',
  'a\tb\tc',
  "'; --",
  '\\',
  '0,0,0',
];

/**
 * Tries a format on records that are of no format, so that most faults of its SELECT show before a log is read. Throws
 * HeaderError.
 */
export async function tryFormat(projector: Projector, format: Format): Promise<void> {
  const text = Buffer.from(ODD.join('\n'));
  const projection = await projector.open({ format, receivedAt: new Date(), label: 'trial' });
  try {
    await projection.project([
      { objectId: null, text, firstRecord: 1, records: countRecords(text), header: null, adjoining: null },
    ]);
  } finally {
    await projection.close();
  }
}
