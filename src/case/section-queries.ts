import type { InvestigatorsHand } from './investigators-hand.ts';

const SURFACE_QUERIES = ['impact/sensitive-paths', 'impact/surface-answers'];

const SECTION_QUERIES: Record<string, string[]> = {
  sources: ['technique/source-signatures', 'origin/sources'],
  countries: ['origin/sources', 'origin/places'],
  networks: ['origin/sources', 'origin/places'],
  clusters: ['technique/source-signatures', 'technique/signatures'],
  coverage: [
    'integrity/coverage',
    'integrity/gaps',
    'integrity/repeated-requests',
    'integrity/sampling',
    'integrity/rejects',
  ],
  data_access: ['impact/sensitive-paths'],
  series: ['detection/minutes', 'technique/signature-minutes'],
};

/** The queries behind figures of a report that name none themselves, by section. */
export function sectionQueries({ caseFile }: InvestigatorsHand): Record<string, string[]> {
  const hasSurfaces = (caseFile?.surfaces.length ?? 0) > 0;
  return { ...SECTION_QUERIES, ...(hasSurfaces ? { data_access: SURFACE_QUERIES } : {}) };
}
