/**
 * The lake's tables and columns, declared once: the Parquet that the ingest writes, the views that the
 * queries read and the documentation derive from here. No unsigned type: Trino reads those wrong.
 */
export type ColumnType = 'bigint' | 'boolean' | 'varchar' | 'date' | 'timestamp';

export type Column = {
  name: string;
  type: ColumnType;
  about: string;
  unit?: string;
  example?: string;
};

export type Table = {
  name: string;
  about: string;
  /** Every table but `autonomous_systems` is partitioned by `dt`, which stands in the path and not in the file. */
  partitioned: boolean;
  columns: readonly Column[];
};

function column(
  name: string,
  type: ColumnType,
  about: string,
  extra: { unit?: string; example?: string } = {},
): Column {
  return { name, type, about, ...extra };
}

const provenance = [
  column('object_id', 'varchar', 'SHA-256 of the decompressed bytes of the log object that holds the record'),
  column('record_no', 'bigint', 'Number of the record in its object, from 1', { example: '1' }),
] as const;

const log = [
  column('source_id', 'varchar', 'The log: format and what the record names as its producer', {
    example: 'aws-alb:app/www/50dc6c495c0c9188',
  }),
  column('format', 'varchar', 'Id of the log format', { example: 'apache-combined' }),
  column(
    'vantage',
    'varchar',
    'Where the log was written: edge, firewall, balancer, origin, network, dns, control',
  ),
] as const;

export const httpActivity: Table = {
  name: 'http_activity',
  about:
    'One row an HTTP request, as one log saw it. OCSF class 4002; a request seen at two vantages has two rows.',
  partitioned: true,
  columns: [
    ...provenance,
    ...log,
    column('time', 'timestamp', 'Start of the request as the log gives it, UTC, floored to the millisecond'),
    column('time_ns', 'bigint', 'The same at the precision of the source', {
      unit: 'ns since 1970-01-01T00:00Z',
    }),
    column('time_precision', 'varchar', 'Precision of the source: s, ms, us or ns'),
    column('host', 'varchar', 'Host asked for, lower case, without port; null where the log has none'),
    column(
      'src_ip',
      'varchar',
      'Address of the client, RFC 5952 text; null where it was not earned (see src_ip_basis)',
    ),
    column(
      'src_ip_basis',
      'varchar',
      'client-field, peer, behind-proxy (the peer is a proxy and nothing else is known) or not-an-address',
    ),
    column('src_prefix', 'varchar', 'Its /24 (IPv4) or /48 (IPv6)', { example: '198.51.100.0/24' }),
    column('src_port', 'bigint', 'Source port, where the log has it'),
    column('peer_ip', 'varchar', 'Address at the other end of the connection, as logged'),
    column(
      'country',
      'varchar',
      'Country where the network is registered or declared, from the data set; ISO 3166-1',
    ),
    column('country_basis', 'varchar', 'dataset, mmdb or networks-file'),
    column('provider_country', 'varchar', "Country that the log's own provider wrote at the time"),
    column('asn', 'bigint', 'Number of the autonomous system, from the data set'),
    column('provider_asn', 'bigint', "Number of the autonomous system that the log's own provider wrote"),
    column(
      'network_type',
      'varchar',
      'access, mobile, hosting, education, government, anonymiser, cdn; null: not known',
    ),
    column(
      'reserved',
      'boolean',
      'The client or peer address lies in space reserved for documentation and tests',
    ),
    column('http_method', 'varchar', 'Request method', { example: 'GET' }),
    column('scheme', 'varchar', 'http, https, ws or wss'),
    column('path', 'varchar', 'Path of the request target, as logged'),
    column('query', 'varchar', 'Query string without the question mark; null: none'),
    column('http_version', 'varchar', 'Protocol version', { example: 'HTTP/1.1' }),
    column('user_agent', 'varchar', 'User-Agent; null: none'),
    column('referrer', 'varchar', 'Referer; null: none'),
    column('status_code', 'bigint', 'Status sent to the client'),
    column('origin_status', 'bigint', 'Status that the server behind answered; null: it was not asked'),
    column('action', 'varchar', 'allowed, blocked, challenged, rate-limited; null: the log does not say'),
    column('action_detail', 'varchar', "The log's own word for it"),
    column('action_rule', 'varchar', 'Rule that acted'),
    column(
      'reached_origin',
      'boolean',
      'The request was passed on to the server behind; null: the log does not say',
    ),
    column('request_bytes', 'bigint', 'Bytes received from the client', { unit: 'B' }),
    column('response_bytes', 'bigint', 'Bytes sent to the client', { unit: 'B' }),
    column('duration_us', 'bigint', 'Time to answer as this vantage saw it', { unit: 'µs' }),
    column('origin_duration_us', 'bigint', 'Time that the server behind took', { unit: 'µs' }),
    column('cache_status', 'varchar', 'Cache result', { example: 'hit' }),
    column('tls_version', 'varchar', 'TLS version', { example: 'TLSv1.3' }),
    column('tls_cipher', 'varchar', 'TLS cipher suite'),
    column('ja3', 'varchar', 'JA3 fingerprint of the TLS client'),
    column('ja4', 'varchar', 'JA4 fingerprint of the TLS client'),
    column('request_id', 'varchar', "The log's id of the request (Cloudflare Ray, AWS trace id)"),
    column('client_class', 'varchar', "The provider's class of the address or bot", { example: 'tor' }),
    column('bot_score', 'bigint', "The provider's bot score, 1 (automated) to 99 (human)"),
    column('edge_location', 'varchar', 'Data centre that took the request'),
    column('service', 'varchar', 'Backend or target that served it'),
  ],
};

export const minuteActivity: Table = {
  name: 'minute_activity',
  about: 'Additive counts a minute, host and log. Detection, the hourly watch and baselines read this alone.',
  partitioned: true,
  columns: [
    column('object_id', 'varchar', 'Log object that the counts come from'),
    ...log,
    column('minute', 'timestamp', 'Start of the minute, UTC'),
    column('host', 'varchar', 'Host asked for; null where the log has none'),
    column('requests', 'bigint', 'Requests'),
    column('request_bytes', 'bigint', 'Bytes received', { unit: 'B' }),
    column('response_bytes', 'bigint', 'Bytes sent', { unit: 'B' }),
    column('status_1xx', 'bigint', 'Answers 100 to 199'),
    column('status_2xx', 'bigint', 'Answers 200 to 299'),
    column('status_3xx', 'bigint', 'Answers 300 to 399'),
    column('status_4xx', 'bigint', 'Answers 400 to 499'),
    column('status_5xx', 'bigint', 'Answers 500 to 599'),
    column('allowed', 'bigint', 'Requests that the defence let through'),
    column('blocked', 'bigint', 'Requests blocked'),
    column('challenged', 'bigint', 'Requests answered with a challenge'),
    column('rate_limited', 'bigint', 'Requests stopped by a rate limit'),
    column('action_known', 'bigint', 'Requests of which the log says what the defence did'),
    column('reached_origin', 'bigint', 'Requests passed on to the server behind'),
    column('without_source', 'bigint', 'Requests whose client address is not known'),
    column('reserved', 'bigint', 'Requests from reserved address space'),
  ],
};

export const rejects: Table = {
  name: 'rejects',
  about:
    'Records that are no event of their format. dt is the day of the first event of the object, 1990-01-01 without one.',
  partitioned: true,
  columns: [
    ...provenance,
    column('format', 'varchar', 'Id of the log format'),
    column('byte_offset', 'bigint', 'Where the record starts in the decompressed bytes', { unit: 'B' }),
    column('byte_length', 'bigint', 'Its length', { unit: 'B' }),
    column('sha256', 'varchar', 'SHA-256 of its bytes'),
    column('reason', 'varchar', 'Why it is no event', { example: 'no-closing-quote' }),
    column('raw', 'varchar', 'Its first 64 KiB; bytes that are no UTF-8 are written \\xHH'),
  ],
};

export const autonomousSystems: Table = {
  name: 'autonomous_systems',
  about: 'Names of autonomous systems, from the data set of the lake.',
  partitioned: false,
  columns: [
    column('asn', 'bigint', 'Number'),
    column('as_org', 'varchar', 'Organisation'),
    column('dataset', 'varchar', 'Data set that says so'),
  ],
};

export const tables: readonly Table[] = [httpActivity, minuteActivity, rejects, autonomousSystems];

/** Where parts without an event of their own go. */
export const EPOCH_DAY = '1990-01-01';

/** `<table>/dt=<event day>/<object id>-<part>.parquet` below `tables/`. */
export function partKey(table: Table, options: { day: string; objectId: string; part: number }): string {
  return `tables/${table.name}/dt=${options.day}/${options.objectId}-${String(options.part).padStart(4, '0')}.parquet`;
}

export const AUTONOMOUS_SYSTEMS_KEY = 'tables/autonomous_systems/autonomous-systems.parquet';

const SQL_TYPES: Record<ColumnType, string> = {
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
  varchar: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** A text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlType(type: ColumnType): string {
  return SQL_TYPES[type];
}
