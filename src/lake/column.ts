/**
 * What a table of the lake is made of, and the columns that several tables have. No unsigned type: Trino reads those
 * wrong.
 */
export type ColumnType = 'bigint' | 'boolean' | 'varchar' | 'date' | 'timestamp';

export type Column = {
  name: string;
  type: ColumnType;
  about: string;
  unit?: string;
  example?: string;
  /** All that it may hold, where queries ask for words. */
  words?: readonly string[];
};

export type Table = {
  name: string;
  about: string;
  /** Every table but `autonomous_systems` is partitioned by `dt`, which stands in the path and not in the file. */
  partitioned: boolean;
  columns: readonly Column[];
};

export function column(
  name: string,
  type: ColumnType,
  about: string,
  extra: Pick<Column, 'unit' | 'example' | 'words'> = {},
): Column {
  return { name, type, about, ...extra };
}

/** What the defence did, in those of the words that logs of a table can have. */
export function actionOf(...words: ('allowed' | 'blocked' | 'challenged' | 'rate-limited')[]): Column {
  return column('action', 'varchar', `${words.join(', ')}; null: the log does not say`, { words });
}

export const provenance = [
  column('object_id', 'varchar', 'SHA-256 of the decompressed bytes of the log object that holds the record'),
  column('record_no', 'bigint', 'Number of the record in its object, from 1', { example: '1' }),
] as const;

export const log = [
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

/** When an event was, `what` it is the time of. */
export function eventTime(what: string): readonly Column[] {
  return [
    column('time', 'timestamp', `${what} as the log gives it, UTC, floored to the millisecond`),
    column('time_ns', 'bigint', 'The same at the precision of the source', {
      unit: 'ns since 1970-01-01T00:00Z',
    }),
    column('time_precision', 'varchar', 'Precision of the source: s, ms, us or ns', {
      words: ['s', 'ms', 'us', 'ns'],
    }),
  ];
}

/** Whom an event came from, as far as the log earns it (docs/decisions/0028-client-address.md). */
export function eventSource(whose: string): readonly Column[] {
  return [
    column(
      'src_ip',
      'varchar',
      `Address of ${whose}, RFC 5952 text; null where it was not earned (see src_ip_basis)`,
    ),
    column(
      'src_ip_basis',
      'varchar',
      'client-field, forwarded (the right-most address of a header that is no trusted proxy), peer, private-peer (a machine inside, or a balancer that nobody has named as a proxy), packet (of packets, which a sender can forge), resolver (asks for others), behind-proxy (the peer is a proxy and nothing else is known) or not-an-address',
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
  ];
}
