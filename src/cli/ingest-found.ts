import { faultsIn } from '../adapters/archives.ts';
import type { FoundLogs } from '../adapters/log-files.ts';
import { withStaged } from '../adapters/s3-archives.ts';
import type { Workshop } from '../adapters/workshop.ts';
import { readingBy } from '../evidence/readings.ts';
import { recordArchive } from '../ingest/archive.ts';
import { Commits } from '../ingest/commits.ts';
import { ingest } from '../ingest/ingest.ts';
import { GoneError, type LogObject, type Outcome } from '../ingest/pass.ts';
import { CommandError } from './command-error.ts';
import { ingestProgress, say } from './progress.ts';

export type Ingested = {
  outcomes: Outcome[];
  /** What archives hold and nobody could read: members, or what follows damage. Custody of the archive says so. */
  faults: number;
  /** Files and folders that could not be read at all: of these nothing is in custody. */
  unread: { object: string; reason: string }[];
};

export function together(a: Ingested, b: Ingested): Ingested {
  return {
    outcomes: [...a.outcomes, ...b.outcomes],
    faults: a.faults + b.faults,
    unread: [...a.unread, ...b.unread],
  };
}

/** Ingests objects, and then writes custody of the archives that they lay in. */
export async function ingestFound(
  { objects, archives }: Pick<FoundLogs, 'objects' | 'archives'>,
  workshop: Workshop,
): Promise<Ingested> {
  const faults = archives.flatMap(faultsIn);
  for (const { name, reason } of faults) say(`${name} ${reason.replace(/\.$/, '')}.`);
  const outcomes = await ingestObjects(objects, workshop);
  const isUnreadObject = new Set(objects.filter((_, index) => isUnread(outcomes[index]!)));
  for (const archive of archives) {
    // One of which a member could not be read is given again, and has its record then.
    if (archive.members.some((member) => isUnreadObject.has(member))) continue;
    const { name } = archive.object;
    const recorded = await recordArchive(archive, workshop.context);
    if ('reason' in recorded) outcomes.push({ status: 'refused', name, reason: recorded.reason, kind: null });
    else if (recorded.isAltered) sayAltered(name);
  }
  return ingestedOf(outcomes, faults.length);
}

/** The same of an object in S3 that is an archive by its name, and may be none. */
export async function ingestPacked(object: LogObject, workshop: Workshop): Promise<Ingested> {
  const { store, stageFile, profile } = workshop.context;
  const known = await readingBy(store, { profile: profile.id, delivery: object.delivery });
  let isStaged = false;
  try {
    return await withStaged(object, {
      file: stageFile(),
      async use(archive) {
        isStaged = true;
        if (!archive) return ingestFound({ objects: [object], archives: [] }, workshop);
        if (!known?.refused) return ingestFound({ objects: archive.members, archives: [archive] }, workshop);
        const reason =
          'was refused before it was opened, and custody keeps that: copy it onto itself, and give the new version';
        return ingestedOf([{ status: 'refused', name: object.name, reason, kind: null }]);
      },
    });
  } catch (error) {
    if (isStaged || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    const { message } = error as Error;
    const kind = error instanceof GoneError ? 'gone' : null;
    const reason = `could not be read: ${message}`;
    return ingestedOf([{ status: 'refused', name: object.name, reason, kind }]);
  }
}

/** A delivery of which custody knows other bytes under the same path, size and time. */
export function sayAltered(name: string): void {
  say(
    `Changed: ${name} was delivered before with other bytes under the same path, size and time. It was read, and custody tells of both: "ascribe custody check" names it.`,
  );
}

export function ingestedOf(outcomes: Outcome[], faults = 0): Ingested {
  const unread = outcomes.filter(isUnread).map(({ name, reason }) => ({ object: name, reason }));
  return { outcomes, faults, unread };
}

export async function ingestObjects(objects: readonly LogObject[], workshop: Workshop): Promise<Outcome[]> {
  const commits = new Commits();
  const progress = ingestProgress(() => commits.end());
  progress.start(objects.length);
  try {
    const context = { ...workshop.context, committing: (commit: () => Promise<void>) => commits.run(commit) };
    return await ingest(objects, context, {
      writeOrganisations: workshop.writeOrganisations,
      onProgress: ({ done }) => progress.update(done),
    });
  } finally {
    progress.stop();
  }
}

/** Of these custody knows nothing. */
export function isUnread(outcome: Outcome): outcome is Extract<Outcome, { status: 'refused' }> {
  return outcome.status === 'refused' && (outcome.kind === null || outcome.kind === 'gone');
}

/** Throws CommandError where not all that was given could be read, once the rest is done. */
export function refuseUnread({ faults, unread }: Pick<Ingested, 'faults' | 'unread'>): void {
  if (faults + unread.length > 0)
    throw new CommandError(
      'not all that was given could be read: the reasons are above, and what could be read was taken.',
    );
}
