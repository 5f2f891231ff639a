import type { Analyst } from '../catalogue/engine.ts';
import { keyAtHost } from '../detection/signatures.ts';
import { type Cidr, formatAddress } from '../enrich/address.ts';
import { type CaseFile, parseNetwork } from './case-file.ts';
import type { LogView } from './examine.ts';
import { knownSources } from './known-sources.ts';
import type { CountedAtHost } from './signature-counts.ts';
import { num, signatureOf, str } from './signature-rows.ts';
import { type Span, timeParameters } from './span.ts';

/**
 * What is usual in a log without what known sources sent outside its candidates, so that they are left out of it as they
 * are left out of a window. `around` are the spans of all candidates, which may overlap.
 */
export async function usualWithoutKnown(
  analyst: Analyst,
  {
    view,
    around,
    caseFile,
  }: { view: LogView; around: readonly Span[]; caseFile: Pick<CaseFile, 'known_sources'> | null },
): Promise<CountedAtHost[]> {
  const patterns = patternsOf(caseFile?.known_sources.flatMap(({ networks }) => networks) ?? []);
  if (patterns.length === 0) return view.usual;
  const known = knownSources(caseFile);
  const left = new Map(view.usual.map((each) => [keyAtHost(each), { ...each }]));
  const subtract = async (span: Span, sign: 1 | -1): Promise<void> => {
    for (const addresses of together(patterns)) {
      const rows = await analyst.ask('technique/signatures-of-addresses', {
        ...timeParameters(span),
        source_id: view.sourceId,
        addresses,
      });
      for (const row of rows) {
        if (known.of(String(row.src_ip)) === null) continue;
        const usual = left.get(keyAtHost({ host: str(row.host), signature: signatureOf(row) }));
        if (usual) usual.requests -= sign * num(row.requests);
      }
    }
  };
  await subtract(view.whole, 1);
  for (const span of around) await subtract(span, -1);
  return [...left.values()].filter(({ requests }) => requests > 0);
}

/** Characters of one parameter that Athena takes, at most, less its quotes (API reference, StartQueryExecution). */
const MOST_CHARACTERS = 1022;

/** Patterns in as few texts as a query takes, with blanks between them: each text is a reading of the log. */
export function together(patterns: readonly string[]): string[] {
  const texts: string[] = [];
  for (const pattern of patterns) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + pattern.length <= MOST_CHARACTERS)
      texts[texts.length - 1] = `${last} ${pattern}`;
    else texts.push(pattern);
  }
  return texts;
}

/** LIKE patterns that find all addresses of some networks, and perhaps some beside them; none that another covers. */
export function patternsOf(networks: readonly string[]): string[] {
  const all = [...new Set(networks.map((text) => patternOf(parseNetwork(text)!)))].sort();
  const covers = (wider: string, pattern: string): boolean =>
    wider !== pattern && wider.endsWith('%') && pattern.startsWith(wider.slice(0, -1));
  return all.filter((pattern) => !all.some((wider) => covers(wider, pattern)));
}

function patternOf({ version, first, bits }: Cidr): string {
  const text = formatAddress(first);
  if (bits === (version === 4 ? 32 : 128)) return text;
  const [mark, size] = version === 4 ? ['.', 8] : [':', 16];
  const whole = text.split(mark).slice(0, Math.floor(bits / size));
  // Zeros of IPv6 that are written as :: have no parts that could be counted.
  const gap = version === 6 ? whole.findIndex((part) => part === '' || part === '0') : -1;
  const parts = gap === -1 ? whole : whole.slice(0, gap);
  return `${parts.map((part) => `${part}${mark}`).join('')}%`;
}
