import { readText } from '../adapters/report-folder.ts';
import type { ReportModel } from '../report/model.ts';
import { CommandError } from './command-error.ts';

/** The report in a file; null where there is none. Throws CommandError where the file is something else. */
export async function readReportFile(file: string): Promise<ReportModel | null> {
  const text = await readText(file);
  if (text === null) return null;
  try {
    const model = JSON.parse(text) as ReportModel;
    if (Array.isArray(model.windows)) return model;
  } catch {
    // Said below.
  }
  throw new CommandError(`${file} is no report of ascribe: give the report.json of an investigation.`);
}
