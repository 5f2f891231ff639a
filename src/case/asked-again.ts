import type { Analyst } from '../catalogue/engine.ts';
import { keyAtHost, type Signature } from '../detection/signatures.ts';
import { type AskedAgain, hasToken } from '../detection/token-test.ts';
import { num, signaturesIn, str } from './signature-rows.ts';

/** What the addresses of a log asked again in a span, as parameters say them: of signatures that have a token once folded. */
export async function askedAgainIn(
  analyst: Analyst,
  { window, fold }: { window: Record<string, string>; fold: (signature: Signature) => Signature },
): Promise<AskedAgain> {
  const { count, column } = await analyst.askForColumns('technique/asked-again', window);
  const foldedAt = signaturesIn(column, fold);
  const [srcIp, host] = [column('src_ip'), column('host')];
  const [targets, requests] = [column('targets'), column('requests')];
  const askedAgain = new Map<string, Map<string, number>>();
  for (let row = 0; row < count; row += 1) {
    const { signature, original } = foldedAt(row);
    if (!hasToken(signature)) continue;
    const key = keyAtHost({ host: str(host.at(row)), signature: original });
    const bySource = askedAgain.get(key) ?? new Map<string, number>();
    askedAgain.set(key, bySource);
    bySource.set(String(srcIp.at(row)), num(requests.at(row)) - num(targets.at(row)));
  }
  return askedAgain;
}
