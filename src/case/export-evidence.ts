import { csvField } from '../catalogue/csv.ts';
import { archivesOf } from '../evidence/archives.ts';
import type { BagFile } from '../evidence/bag.ts';
import type { BagInfo } from '../evidence/bag-info.ts';
import type { CustodyRecord, Delivery } from '../evidence/custody.ts';
import { type Deferral, deferralKey } from '../evidence/deferral.ts';
import { canonicalJson, sha256 } from '../lake/digest.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';
import { placeOf } from './custody-against-lake.ts';
import { custodyFile } from './custody-file.ts';
import { type FiledPackage, filedPackages, packageOf } from './filed-packages.ts';
import { handFiles } from './investigators-hand.ts';
import { takeSnapshot } from './snapshot.ts';
import { rfc3339, type Span, sqlDay } from './span.ts';

/** Whom evidence is exported to. */
export const RECIPIENTS = ['ncsc'] as const;

export type ExportRequest = { window: Span; recipient: (typeof RECIPIENTS)[number]; reason: string };

/** A request that can't be met: one sentence that says why and what to do. */
export class ExportError extends Error {
  override name = 'ExportError';
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;
const LEAST_REASON = 10;

/** Reads a request from what somebody sent. Who asks is no part of it. Throws ExportError. */
export function parseExportRequest(body: unknown): ExportRequest {
  const { from, until, recipient, reason } = (body ?? {}) as Record<string, unknown>;
  const time = (name: string, value: unknown): number => {
    const ms = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms)) throw new ExportError(`"${name}" must be a time such as 2019-11-12T13:20:00Z.`);
    return ms;
  };
  const window = { from: time('from', from), until: time('until', until) };
  if (window.from >= window.until) throw new ExportError('"from" must be before "until".');
  const known = RECIPIENTS.find((each) => each === recipient);
  if (!known) throw new ExportError(`"recipient" must be one of ${RECIPIENTS.join(', ')}.`);
  if (typeof reason !== 'string' || reason.trim().length < LEAST_REASON || reason.length > 2000)
    throw new ExportError(
      `"reason" must say, in ${LEAST_REASON} to 2,000 characters, why this evidence is handed over: it is kept.`,
    );
  return { window, recipient: known, reason: reason.trim() };
}

export type ExportOptions = {
  request: ExportRequest;
  /** The identity of who asks, as the platform vouches for it. */
  requestedBy: string;
  now: Date;
  tool: { name: string; version: string };
  /** The stored bytes of a delivery; null where they are out of reach. */
  readOriginal(delivery: Delivery): Promise<Uint8Array | null>;
  /** Stored bytes of originals that the package takes; beyond it lists them. */
  mostOriginalBytes: number;
  /** Makes the report of the window; where not given, those that are filed about it are taken. */
  report?(): Promise<BagFile[]>;
};

export type Export = { filed: FiledPackage; payload: BagFile[]; infoAt(now: Date): BagInfo };

/**
 * What a recipient needs to check the findings of a window without trusting us: the reports about it, the custody of
 * each object that holds it, and the objects themselves as they were stored. Throws ExportError.
 */
export async function exportEvidence(store: Store, options: ExportOptions): Promise<Export> {
  const { request, requestedBy, now, tool } = options;
  const { window, recipient, reason } = request;
  const snapshot = await takeSnapshot(store, { from: sqlDay(window.from), until: sqlDay(window.until - 1) });
  if (snapshot.profile.synthetic)
    throw new ExportError(
      'this lake holds simulated traffic, which is no evidence of anything in the world.',
    );
  const reports = options.report ? await options.report() : await filedReports(store, window);
  if (reports.some(isSynthetic))
    throw new ExportError('the reports of this window are of simulated traffic, which is no evidence.');
  const objects = new Set(
    snapshot.markers
      .filter(({ first_event, last_event }) => overlaps(window, { first_event, last_event }))
      .map((marker) => marker.object_id),
  );
  const ofObjects = snapshot.deliveries.filter((record) => objects.has(record.object_id ?? ''));
  const isTheirs = archivesOf(ofObjects);
  const deliveries = snapshot.deliveries.filter(
    (record) => objects.has(record.object_id ?? '') || isTheirs(record),
  );
  const ids = new Set(deliveries.map(({ delivery_id }) => delivery_id));
  const custody = snapshot.custody.filter(({ delivery_id }) => ids.has(delivery_id));
  const asked = {
    recipient,
    reason,
    requested_by: requestedBy,
    from: rfc3339(window.from),
    until: rfc3339(window.until),
    snapshot: snapshot.root,
  };
  const payload: BagFile[] = [
    file('request.json', `${JSON.stringify({ ...asked, tool, requested_at: now.toISOString() }, null, 2)}\n`),
  ];
  payload.push(...reports);
  payload.push(
    ...handFiles(snapshot.hand),
    custodyFile({ custody }),
    ...(await originals(deliveries, options)),
  );
  const problems = [...snapshot.broken, ...snapshot.deferred.map(setAside)];
  payload.push(file('problems.json', `${JSON.stringify(problems, null, 2)}\n`));
  const id = sha256(canonicalJson({ ...asked, at: now.toISOString() })).slice(0, 32);
  return {
    filed: {
      kind: 'export',
      place: `exports/${id}`,
      root: snapshot.root,
      made_by: sha256(canonicalJson([snapshot.profile.id, tool])),
      synthetic: false,
      window: { from: asked.from, until: asked.until },
      supersedes: null,
      filed_at: now.toISOString(),
    },
    payload,
    infoAt: (filedAt) => [
      ['Bagging-Date', filedAt.toISOString().slice(0, 10)],
      [
        'External-Description',
        `Evidence of ${asked.from} until ${asked.until}, for ${recipient.toUpperCase()}`,
      ],
      ['External-Identifier', snapshot.root],
      ['Evidence-Window-Start', asked.from],
      ['Evidence-Window-End', asked.until],
      ['Requested-By', requestedBy],
      ...(problems.length > 0
        ? ([['Problems', `${problems.length}: see data/problems.json before anything else`]] as [
            string,
            string,
          ][])
        : []),
    ],
  };
}

function setAside({ delivery, reason }: Deferral): { key: string; problem: string } {
  return { key: deferralKey(delivery), problem: `this delivery was set aside and not read: it ${reason}` };
}

function file(path: string, content: string): BagFile {
  return { path, bytes: Buffer.from(content) };
}

function overlaps(
  { from, until }: Span,
  { first_event, last_event }: { first_event: string | null; last_event: string | null },
): boolean {
  return (
    first_event !== null &&
    last_event !== null &&
    Date.parse(first_event) < until &&
    Date.parse(last_event) >= from
  );
}

/** The packages of all reports about a window, file by file. Throws ExportError where there is none. */
async function filedReports(store: Store, window: Span): Promise<BagFile[]> {
  const files: BagFile[] = [];
  // One that never became whole takes the place of none.
  const whole: { report: FiledPackage; prefix: string }[] = [];
  for (const report of await filedPackages(store, 'reports/')) {
    const prefix = await packageOf(store, report);
    if (prefix !== null) whole.push({ report, prefix });
  }
  const stands = standing(
    whole.map(({ report }) => report),
    window,
  );
  for (const { prefix } of whole.filter(({ report }) => stands.includes(report))) {
    const keys = (await store.list(`${prefix}/`)).map(({ key }) => key);
    files.push(
      ...(await sideBySide(keys, 16, async (key) => ({ path: key, bytes: (await store.read(key))! }))),
    );
  }
  if (files.length > 0) return files;
  throw new ExportError(
    `no report is about ${rfc3339(window.from)} until ${rfc3339(window.until)}: have these days investigated first.`,
  );
}

function isSynthetic({ path, bytes }: BagFile): boolean {
  if (!/(^|\/)report\.json$/.test(path)) return false;
  return (JSON.parse(Buffer.from(bytes).toString('utf8')) as { synthetic: boolean }).synthetic;
}

/** Reports that touch the window and whose place no other report has taken. */
function standing(reports: readonly FiledPackage[], { from, until }: Span): FiledPackage[] {
  const folder = ({ place }: FiledPackage): string => place.slice(0, place.lastIndexOf('/'));
  const replaced = new Set(reports.map((report) => `${folder(report)}/${report.supersedes}`));
  return reports.filter(
    (report) =>
      !replaced.has(`${folder(report)}/${report.root}`) &&
      report.window !== null &&
      Date.parse(report.window.from) < until &&
      Date.parse(report.window.until) > from,
  );
}

/** Each object as it was stored, once, and a list of all deliveries with what became of them. */
async function originals(
  deliveries: readonly CustodyRecord[],
  { readOriginal, mostOriginalBytes }: ExportOptions,
): Promise<BagFile[]> {
  const files = new Map<string, Uint8Array>();
  const lines = ['place,version,stored_sha256,stored_bytes,file,why_not'];
  let bytes = 0;
  for (const { delivery, stored_sha256, stored_bytes, archive } of deliveries) {
    const path = `originals/${stored_sha256}`;
    let why = '';
    // It can hold much that is not of the window.
    if (archive) why = 'an archive: its members that hold the window are here by themselves';
    else if (!files.has(path)) {
      const isOver = bytes + stored_bytes > mostOriginalBytes;
      const content = isOver ? null : await readOriginal(delivery);
      if (isOver) why = 'over the limit of this package';
      else if (!content)
        why =
          delivery.kind === 's3' && delivery.member !== undefined
            ? 'gone, not for these credentials, or in an archive, which "ascribe export" opens and a function does not'
            : 'gone, or these credentials may not read it';
      else if (sha256(content) !== stored_sha256) why = 'its bytes are not those that custody knows';
      else {
        files.set(path, content);
        bytes += stored_bytes;
      }
    }
    const version = delivery.kind === 's3' ? delivery.version : delivery.mtime;
    const fields = [
      placeOf(delivery),
      version,
      stored_sha256,
      String(stored_bytes),
      files.has(path) ? path : '',
      why,
    ];
    lines.push(fields.map(csvField).join(','));
  }
  return [
    ...[...files].map(([path, content]) => ({ path, bytes: content })),
    file('originals.csv', `${lines.join('\n')}\n`),
  ];
}
