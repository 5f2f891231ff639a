/** `report.json`: every value unaltered, the top keys in the order of the model, whoever built it. */
import type { ReportModel } from './model.ts';

/** The type makes the list complete: a key of the model that is missing here does not compile. */
const ORDER: Record<keyof ReportModel, true> = {
  schema_version: true,
  tool: true,
  finding: true,
  sentence: true,
  synthetic: true,
  tlp: true,
  period: true,
  focus: true,
  supersedes: true,
  windows: true,
  surges: true,
  sources_answer: true,
  sources_reason: true,
  sources: true,
  sources_count: true,
  leads: true,
  countries: true,
  countries_reason: true,
  networks: true,
  networks_reason: true,
  concentration: true,
  clusters: true,
  rejected_clusters: true,
  open_clusters: true,
  judgements: true,
  case: true,
  impact: true,
  coverage: true,
  data_access: true,
  assessment: true,
  cannot_say: true,
  series: true,
  ledger: true,
  archives: true,
  refused: true,
  snapshot: true,
  queries: true,
  section_queries: true,
  datasets: true,
  method: true,
};

export function renderJson(model: ReportModel): string {
  const ordered = Object.fromEntries(
    Object.keys(ORDER)
      .filter((key) => key in model)
      .map((key) => [key, model[key as keyof ReportModel]]),
  );
  return `${JSON.stringify({ ...ordered, ...model }, exact, 2)}\n`;
}

/** `JSON.stringify` writes NaN as null, which would be read as "the log does not say". */
function exact(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new ReportNumberError(key, value);
  return value;
}

export class ReportNumberError extends Error {
  readonly key: string;
  readonly value: number;

  constructor(key: string, value: number) {
    super('A figure of the report is no number');
    this.key = key;
    this.value = value;
  }
}
