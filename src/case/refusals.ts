import type { Analyst } from '../catalogue/engine.ts';
import type { RefusedTemplate } from '../detection/refusal-test.ts';
import type { LogView } from './examine.ts';
import { num, str } from './signature-rows.ts';
import { dayParameters, type Span, timeParameters } from './span.ts';

/** What the application refused in a window, and in the rest of the log. */
export async function refusedTemplates(
  analyst: Analyst,
  { view: { sourceId, repeats, whole }, around }: { view: LogView; around: Span },
): Promise<RefusedTemplate[]> {
  const { from_time, until_time } = timeParameters(around);
  const { from_day: known_day, until_day } = dayParameters(whole);
  const rows = await analyst.ask('technique/refusals', {
    ...{ known_day: known_day!, until_day: until_day!, from_time: from_time!, until_time: until_time! },
    ...{ source_id: sourceId, repeats },
  });
  return rows.map((row) => ({
    method: str(row.http_method),
    path: str(row.path_template),
    requests: num(row.requests),
    refused: num(row.refused),
    usualRequests: num(row.usual_requests),
    usualRefused: num(row.usual_refused),
  }));
}
