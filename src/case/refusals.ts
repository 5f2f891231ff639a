import type { Analyst, Row } from '../catalogue/engine.ts';
import type { RefusedTemplate } from '../detection/refusal-test.ts';
import type { LogView } from './examine.ts';
import { num, str } from './signature-rows.ts';
import { askedTogether, dayParameters, isOfWindow, type Span } from './span.ts';

/** What the application refused in a window, and in the rest of the log. `windows` are all that may be asked for. */
export async function refusedTemplates(
  analyst: Analyst,
  { view, around, windows }: { view: LogView; around: Span; windows: readonly Span[] },
): Promise<RefusedTemplate[]> {
  const { from_day, until_day } = dayParameters(view.whole);
  const rows = await analyst.ask('technique/refusals', {
    ...{ known_day: from_day!, until_day: until_day!, windows: askedTogether(around, windows) },
    ...{ source_id: view.sourceId, repeats: view.repeats },
  });
  const keyOf = (row: Row): string => JSON.stringify([row.http_method, row.path_template]);
  const inside = new Map(rows.filter((row) => isOfWindow(row, around)).map((row) => [keyOf(row), row]));
  return rows
    .filter((row) => row.from_time === null && num(row.refused) > 0)
    .map((row) => {
      const within = inside.get(keyOf(row));
      const [requests, refused] = [num(within?.requests), num(within?.refused)];
      return {
        method: str(row.http_method),
        path: str(row.path_template),
        requests,
        refused,
        usualRequests: num(row.requests) - requests,
        usualRefused: num(row.refused) - refused,
      };
    });
}
