import { readText } from '../adapters/report-folder.ts';
import { visible } from '../report/hostile-text.ts';
import type { ObservedWindow, ReportModel } from '../report/model.ts';
import { CommandError } from './command-error.ts';

/** The report in a file; null where there is none. Throws CommandError where the file is something else. */
export async function readReportFile(file: string): Promise<ReportModel | null> {
  const text = await readText(file);
  if (text === null) return null;
  const problem = (what: string): CommandError =>
    new CommandError(
      `${file} is no report of ascribe: ${what}. Give the report.json of an investigation; ascribe investigate makes it anew.`,
    );
  let model: Partial<ReportModel> | null;
  try {
    model = JSON.parse(text) as Partial<ReportModel> | null;
  } catch (error) {
    throw problem(`it is no JSON (${visible((error as Error).message)})`);
  }
  if (!Array.isArray(model?.windows)) throw problem('it has no list of windows');
  const broken = model.windows.findIndex(
    (window: Partial<ObservedWindow> | null) =>
      typeof window?.id !== 'string' ||
      [window.start, window.end].some((time) => Number.isNaN(Date.parse(time ?? ''))),
  );
  if (broken >= 0) throw problem(`windows[${broken}] has no id, start and end`);
  return model as ReportModel;
}
