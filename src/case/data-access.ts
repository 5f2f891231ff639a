import type { Analyst } from '../catalogue/engine.ts';
import type { ReportModel } from '../report/model.ts';
import { dayParameters, type Span } from './span.ts';

const FINDINGS_SHOWN = 20;

/**
 * Whether data was accessed. Logs of web traffic alone can't say: what the answer would need is listed, and
 * successes on administrative and export paths are named as what needs confirmation.
 */
export async function dataAccess(
  analyst: Analyst,
  { period, vantages }: { period: Span; vantages: readonly string[] },
): Promise<ReportModel['data_access']> {
  const rows = await analyst.ask('impact/sensitive-paths', dayParameters(period));
  const findings = rows.slice(0, FINDINGS_SHOWN).map((row) => ({
    sentence: `${String(row.host ?? 'A host that the log does not name')} answered ${Number(row.answered).toLocaleString('en-GB')} requests for ${String(row.path)} with success: needs confirmation.`,
    addresses: row.src_ip === null ? [] : [String(row.src_ip)],
    rows: [{ object_id: String(row.object_id), record_no: Number(row.record_no) }],
  }));
  const needs = [
    "The application's own log of who logged in and what was exported, complete for the period.",
    'The audit log of the database and of its backups.',
    ...(vantages.includes('control')
      ? []
      : ['The log of administrative actions of the platform (CloudTrail, Cloudflare audit log).']),
    ...(vantages.includes('origin') ? [] : ['The access log of the web servers themselves.']),
  ];
  const examined =
    rows.length === 0
      ? 'No administrative or export path was answered with success in the logs that were examined'
      : `${rows.length} administrative or export paths were answered with success and need confirmation`;
  return {
    answer: 'cannot-say',
    sentence: `Whether data was accessed can't be said from these logs. ${examined}; the logs of the data themselves were not given.`,
    needs,
    findings,
  };
}
