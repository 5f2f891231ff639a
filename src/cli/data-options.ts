import type { Command } from 'commander';
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

export const FORMATS_OPTION = [
  '--formats <folder>',
  'formats of your own, one a .sql file: see docs/own-format.md',
] as const;
