/**
 * What each Lambda reads from its environment, declared once: the stack sets these and no others, the function
 * refuses to start without them. Locations are `s3://bucket` or `s3://bucket/prefix`, without a last slash.
 */
const STORES = {
  LAKE_URL: 'the lake: parts and commit markers',
  VAULT_URL: 'the evidence vault: custody, seals, reports, exports, alerts',
} as const;

const ATHENA = {
  WORKGROUP: 'the Athena workgroup to run in',
  DATABASE: 'the Glue database of the lake',
} as const;

/** `emulated` shortens back-off and polling for the emulation test; anything else is the real world's pace. */
const PACE = { PACE: 'real, or emulated in the emulation test alone' } as const;

export const environments = {
  ingest: {
    ...STORES,
    ...PACE,
    RAW_BUCKET: 'our own raw bucket, whose versions are locked once they are hashed',
    RAW_RETENTION_MODE: 'GOVERNANCE or COMPLIANCE',
    RAW_RETENTION_DAYS: 'days that a raw version is kept from its delivery on',
    QUARANTINE_QUEUE_URL: 'takes a message, with the reason, for each object that can never be read',
    OVERSIZE_QUEUE_URL: 'takes each object that is too large for one run, for the CLI',
    MOST_STORED_BYTES: 'stored bytes from which on an object goes to the oversize queue',
    SOURCE_LABEL: 'name of a log whose format gives none',
    NETWORKS_FILE: 'CSV of dated networks beside the bundle; empty: none',
    TRUSTED_PROXIES: 'networks whose machines speak for others, separated by spaces; empty: none',
  },
  sweep: {
    ...STORES,
    ...PACE,
    RAW_URLS: 'places of raw logs to sweep, separated by spaces',
    INGEST_QUEUE_URL: 'takes a message for each version without a custody record',
  },
  watch: {
    ...STORES,
    ...ATHENA,
    ...PACE,
    ALERT_TOPIC_ARN: 'takes the alert, the update and the all-clear of an observed attack',
    HISTORY_DAYS: 'days before that a minute is held against',
    FLOOD_DAYS: 'days of flows and DNS queries that are read; 0: none are',
  },
  investigate: {
    ...STORES,
    ...ATHENA,
    ...PACE,
    SEAL_FUNCTION: 'name of the function that signs packages',
    HISTORY_DAYS: 'days before the reported ones that they are held against',
    TIME_ZONE: 'time zone whose yesterday the daily report is about',
    TLP: 'TLP 2.0 label of the reports',
  },
  'export-evidence': {
    ...STORES,
    ...PACE,
    SEAL_FUNCTION: 'name of the function that signs packages',
    MOST_ORIGINAL_BYTES: 'stored bytes of originals that a package takes at most; beyond it lists them',
  },
  seal: {
    VAULT_URL: STORES.VAULT_URL,
    ...PACE,
    SIGNING_KEY: 'ARN of the KMS key that signs',
  },
} as const;

export type FunctionName = keyof typeof environments;

export type Environment<Name extends FunctionName> = Record<keyof (typeof environments)[Name], string>;

/** The environment of a function. Throws an error that names every variable that is missing. */
export function readEnvironment<Name extends FunctionName>(
  name: Name,
  variables: Readonly<Record<string, string | undefined>>,
): Environment<Name> {
  const names = Object.keys(environments[name]);
  const missing = names.filter((key) => variables[key] === undefined);
  if (missing.length > 0)
    throw new Error(`${name} lacks ${missing.join(', ')} in its environment: deploy the stack again`);
  return Object.fromEntries(names.map((key) => [key, variables[key]])) as Environment<Name>;
}
