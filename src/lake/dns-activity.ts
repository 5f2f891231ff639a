import { actionOf, column, eventSource, eventTime, log, provenance, type Table } from './column.ts';

export const dnsActivity: Table = {
  name: 'dns_activity',
  about: 'One row a DNS query, as one log saw it. OCSF class 4003.',
  partitioned: true,
  columns: [
    ...provenance,
    ...log,
    ...eventTime('When the query was taken'),
    ...eventSource('who asked: of an authoritative server mostly a resolver that asks for others'),
    column(
      'client_subnet',
      'varchar',
      "EDNS client subnet: the network that the resolver's client lies in, as the resolver says",
    ),
    column('query_name', 'varchar', 'Name asked for, lower case, without the last dot; the root is a dot'),
    column('query_type', 'varchar', 'Type asked for', { example: 'AAAA' }),
    column('query_class', 'varchar', 'Class asked for', { example: 'IN' }),
    column('response_code', 'varchar', 'RCODE by its name', { example: 'NXDOMAIN' }),
    column('answers', 'varchar', 'Answers as the log has them, JSON; null: none or not logged'),
    column('transport', 'varchar', 'udp, tcp, tls or https', { example: 'udp' }),
    column('cached', 'boolean', 'Answered from a cache; null: the log does not say'),
    column('zone', 'varchar', 'Zone that answers for the name, as the log names it'),
    actionOf('allowed', 'blocked'),
    column('action_detail', 'varchar', "The log's own word for it"),
    column('action_rule', 'varchar', 'Rule that acted'),
    column('account', 'varchar', 'Account that owns zone or resolver'),
    column('resource', 'varchar', 'Network or instance that asked, where the log names it', {
      example: 'vpc-0a1b2c3d',
    }),
    column('edge_location', 'varchar', 'Data centre that answered'),
    column('request_id', 'varchar', "The log's id of the query"),
  ],
};
