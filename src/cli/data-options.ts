import type { Command } from 'commander';
import { isTrustable } from '../enrich/proxies.ts';
import { CASE_OPTION } from './case-option.ts';

export type DataOptions = {
  lake: string;
  networks?: string | undefined;
  countryMmdb?: string | undefined;
  asnMmdb?: string | undefined;
  trustedProxies?: string[] | undefined;
  formats?: string | undefined;
  case?: string | undefined;
  label?: string | undefined;
};

/** The options of every command that reads logs: what decides how bytes become rows. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--networks <file>', 'CSV of dated networks that come before the data sets')
    .option('--country-mmdb <file>', 'your own MMDB of countries, in place of the bundled data')
    .option('--asn-mmdb <file>', 'your own MMDB of AS numbers, in place of the bundled data')
    .option(
      '--trusted-proxies <whom...>',
      'your proxies (10.0.0.0/8), cloudflare, cloudfront: what they forward is believed; nginx-main: so is the quoted field after the agent',
    )
    .option(...CASE_OPTION)
    .option(...FORMATS_OPTION)
    .option('--label <name>', 'name of the log where the format gives none', 'web');
}

/** Options of these that decide how rows are made, and say nothing of rows that are there; none: not given. */
export function optionsOfIngest(options: Partial<DataOptions>): string[] {
  const given: [string, unknown][] = [
    ['--networks', options.networks],
    ['--country-mmdb', options.countryMmdb],
    ['--asn-mmdb', options.asnMmdb],
    ['--trusted-proxies', options.trustedProxies],
    ['--formats', options.formats],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** What to say where no path was given: an option that takes several words may have taken it. */
export function takenPath({ trustedProxies = [] }: Pick<DataOptions, 'trustedProxies'>): string {
  const taken = trustedProxies.flatMap((text) => text.split(',')).find((text) => !isTrustable(text.trim()));
  return taken === undefined
    ? ''
    : ` ${taken} was taken for a trusted proxy: give paths before --trusted-proxies.`;
}

export const FORMATS_OPTION = [
  '--formats <folder>',
  'formats of your own, one a .sql file: see docs/own-format.md',
] as const;
