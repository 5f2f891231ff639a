import { AUTONOMOUS_SYSTEMS_KEY } from '../lake/tables.ts';
import { type IngestContext, ingestNext, type LogObject, type Outcome } from './pass.ts';
import { adoptProfile } from './profile.ts';

export type IngestProgress = { done: number; total: number; name: string };

/** Takes the lake for this profile and gives it the names of networks. Throws ProfileError. */
export async function prepareLake(
  context: IngestContext,
  writeOrganisations: (file: string) => Promise<void>,
): Promise<void> {
  await adoptProfile(context.store, context.profile);
  if ((await context.store.list(AUTONOMOUS_SYSTEMS_KEY)).length > 0) return;
  const file = context.stageFile();
  await writeOrganisations(file);
  await context.store.adopt(AUTONOMOUS_SYSTEMS_KEY, file);
}

/**
 * Ingests objects, two at a time (a DuckDB part is written by one thread). Outcomes come in the order of the objects.
 * Throws ProfileError where the lake was made in another way, and where the lake itself can't be written.
 */
export async function ingest(
  objects: readonly LogObject[],
  context: IngestContext,
  options: { writeOrganisations(file: string): Promise<void>; onProgress?(progress: IngestProgress): void },
): Promise<Outcome[]> {
  await prepareLake(context, options.writeOrganisations);
  const outcomes = new Map<LogObject, Outcome>();
  const left = objects.values();
  let isOver = false;
  const supply = { next: () => (isOver ? null : (left.next().value ?? null)) };
  const settle = (object: LogObject, outcome: Outcome): void => {
    outcomes.set(object, outcome);
    options.onProgress?.({ done: outcomes.size, total: objects.length, name: object.name });
  };
  const work = async (): Promise<void> => {
    while (await ingestNext(supply, context, settle));
  };
  // What one cannot write, the other ends at too: its object at hand is over before anybody hears of it.
  const workers = [work(), work()].map((worker) =>
    worker.catch((error: unknown) => {
      isOver = true;
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
  if (failed) throw failed.reason;
  return objects.map((object) => outcomes.get(object)!);
}
