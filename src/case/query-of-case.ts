import type { Result, Value } from '../catalogue/engine.ts';
import type { Query } from '../catalogue/query.ts';
import type { CaseFile } from './case-file.ts';
import { knownSources } from './known-sources.ts';
import { isOn, likePattern } from './surfaces.ts';

export type QueryOfCase = {
  /** What to ask, one after the other: a query of paths once a pattern. */
  values: Record<string, string>[];
  /** What the case gave to the question, a sentence each. */
  said: string[];
};

/** The parameter that a case file gives: paths as LIKE reads them. */
export const CASE_PARAMETER = 'paths';

/** Values of a query's parameters with what the case gives to those that were not given. */
export function queryOfCase(
  query: Query,
  { values, caseFile }: { values: Record<string, string>; caseFile: CaseFile },
): QueryOfCase {
  const takesPaths =
    query.params.some(({ name }) => name === CASE_PARAMETER) && values[CASE_PARAMETER] === undefined;
  if (!takesPaths || caseFile.surfaces.length === 0) return { values: [values], said: [] };
  const paths = [...new Set(caseFile.surfaces.flatMap((surface) => surface.paths))].sort();
  return {
    values: paths.map((path) => ({ ...values, [CASE_PARAMETER]: likePattern(path) })),
    said: [
      `the paths ${paths.join(', ')} are those of its surfaces (${caseFile.surfaces.map(({ name }) => name).join(', ')})`,
    ],
  };
}

/**
 * The rows of some answers that are of the case, a row that several gave once: none of another host or of a known
 * source, where a row says whose it is. `bySurfaces`: of the paths of the case's own surfaces alone.
 */
export function rowsOfCase(
  answers: readonly Result[],
  { caseFile, bySurfaces }: { caseFile: CaseFile; bySurfaces: boolean },
): { result: Result; said: string[] } {
  const { columns } = answers[0]!;
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const [host, path, address] = [at('host'), at('path'), at('src_ip')];
  const text = (row: readonly Value[], index: number): string | null =>
    index < 0 || row[index] === null ? null : String(row[index]);
  const isOfHost = (name: string | null): boolean =>
    caseFile.hosts.length === 0 || name === null || caseFile.hosts.includes(name.toLowerCase());
  const isOfSurface = (row: readonly Value[]): boolean => {
    const request = { host: text(row, host), path: text(row, path) ?? '' };
    return caseFile.surfaces.some(
      (surface) => isOn(surface, request) && (surface.host !== null || isOfHost(request.host)),
    );
  };
  const known = knownSources(caseFile);
  const distinct = new Map(
    answers.flatMap(({ rows }) =>
      rows.map((row) => [
        JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
        row,
      ]),
    ),
  );
  const kept: Value[][] = [];
  const left = new Map<string, number>();
  for (const row of distinct.values()) {
    const source = known.of(text(row, address) ?? '');
    const whose = !(bySurfaces ? isOfSurface(row) : isOfHost(text(row, host)))
      ? 'other hosts'
      : source && `the known source ${source.name}`;
    if (whose) left.set(whose, (left.get(whose) ?? 0) + 1);
    else kept.push(row);
  }
  return {
    result: { columns, rows: kept },
    said: [
      ...[...left].map(
        ([whose, rows]) =>
          `${rows.toLocaleString('en-GB')} row${rows === 1 ? '' : 's'} of ${whose} ${rows === 1 ? 'is' : 'are'} left out`,
      ),
      ...(caseFile.known_sources.length > 0 && address < 0
        ? ['its known sources are counted with the others, since the rows name no address']
        : []),
      ...(caseFile.hosts.length > 0 && host < 0 && !bySurfaces
        ? ['requests of all hosts are counted, since the rows name none']
        : []),
    ],
  };
}
