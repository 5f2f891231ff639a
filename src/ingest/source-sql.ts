import { CLAIMS, type Claim } from '../enrich/client-address.ts';
import { unpackSql } from '../enrich/enricher.ts';

/** Columns that say whom an event came from, as `sourced` gives them; empty where a format logs no address. */
export const SOURCE_COLUMNS: Record<string, string> = {
  src_ip: 'source_ip',
  src_ip_basis: 'source_basis',
  src_prefix: `case
    when source_as_logged and source_facts4 is not null then left(source_ip, strlen(source_ip) - strpos(reverse(source_ip), '.')) || '.0/24'
    else address_prefix(source_ip)
  end`,
  country: unpackSql('source_facts').country,
  country_basis: unpackSql('source_facts').countryBasis,
  asn: unpackSql('source_facts').asn,
  network_type: unpackSql('source_facts').type,
  reserved: `coalesce(${unpackSql('source_facts').reserved}, false)`,
};

/** Columns that are believed to say for whom a proxy asked. */
export function forwardedBy(
  columns: ReadonlySet<string>,
  { nginxMain }: { nginxMain: boolean },
): readonly string[] {
  return ['forwarded_for', ...(nginxMain ? ['after_agent'] : [])].filter((name) => columns.has(name));
}

/** Case of a source that a header names: the port that stands there. */
export const FORWARDED_PORT =
  "when source_basis = 'forwarded' then source_port(source_logged, source_claim, source_forwarded, source_day)";

const claim = (of: Claim): number => CLAIMS.indexOf(of);

/**
 * The table expressions from `parsed` to `sourced`: who each record came from, with the facts. IPv4 addresses as they
 * are usually written go through a function of their own, in a tenth of the time that any text takes.
 */
export function sourcedSql(columns: ReadonlySet<string>, { nginxMain }: { nginxMain: boolean }): string {
  const names = ['client_ip', 'peer_ip'].filter((name) => columns.has(name));
  if (names.length === 0) return 'sourced as (select * from parsed)';
  const peer = columns.has('peer_basis')
    ? `case peer_basis ${CLAIMS.map((name) => `when '${name}' then ${claim(name)}`).join(' ')} else ${claim('peer')} end`
    : String(claim('peer'));
  const claimed = columns.has('client_ip')
    ? `case when client_ip is not null then ${claim('client-field')} else ${peer} end`
    : peer;
  const headers = forwardedBy(columns, { nginxMain });
  const forwarded = headers.length > 0;
  const { basis, isAsLogged } = unpackSql('source_facts');
  return `keyed as (
  select
    *,
    coalesce(${names.join(', ')}) as source_logged,
    cast(${claimed} as integer) as source_claim,
    coalesce(${[...headers, "''"].join(', ')}) as source_forwarded,
    cast(time_ns // 86400000000000 as integer) as source_day
  from parsed
),
known4 as (
  select
    *,
    ${forwarded ? "case when source_forwarded = '' then " : ''}source_facts4(left(source_logged, 12), substr(source_logged, 13), source_claim, source_day)${forwarded ? ' end' : ''} as source_facts4
  from keyed
),
known as (
  select
    *,
    cast(coalesce(
      source_facts4,
      case when source_logged is not null then source_facts(source_logged, source_claim, source_forwarded, source_day) end
    ) as bigint) as source_facts
  from known4
),
judged as (select *, ${basis} as source_basis, ${isAsLogged} as source_as_logged from known),
sourced as (
  select
    *,
    case
      when source_as_logged then source_logged
      when source_basis not in ('behind-proxy', 'not-an-address') then source_text(source_logged, source_claim, source_forwarded, source_day)
    end as source_ip
  from judged
)`;
}
