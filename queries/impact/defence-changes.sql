/*
title: Changes of the defence
question: Who changed which defence, and when?
grain: one row per change
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
limits: Reading calls and the coming and going of machines behind a balancer are left out; of Cloudflare every change but signing in and out has a row. A change that failed is there with its status. A log that does not name an account's other region or product is silent about it. Times to mitigate count from these rows. A record that was delivered twice has two rows.
attack: [T1562.007]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time
), changes as (
  select
    case
      when c.format like 'cloudflare-%' then 'cloudflare'
      when c.service in ('waf.amazonaws.com', 'waf-regional.amazonaws.com', 'wafv2.amazonaws.com', 'fms.amazonaws.com') then 'waf'
      when c.service = 'shield.amazonaws.com' then 'shield'
      when c.service = 'cloudfront.amazonaws.com' then 'cdn'
      when c.service = 'elasticloadbalancing.amazonaws.com'
        and not regexp_like(coalesce(c.operation, ''), '^(Register|Deregister)(Targets|InstancesWithLoadBalancer|InstancesFromLoadBalancer)$') then 'balancer'
      when c.service = 'network-firewall.amazonaws.com' then 'firewall'
      when c.service = 'ec2.amazonaws.com' and regexp_like(c.operation, '(SecurityGroup|NetworkAcl|Route|PrefixList)') then 'firewall'
      when c.service in ('route53.amazonaws.com', 'route53resolver.amazonaws.com') then 'dns'
      when c.service = 'apigateway.amazonaws.com' then 'api-gateway'
    end as defence,
    c.time, c.source_id, c.actor, c.actor_type, c.src_ip, c.operation, c.resource_type, c.resource, c.status, c.error_code,
    c.old_value, c.new_value, c.user_agent, c.account, c.region, c.object_id, c.record_no
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
    and c.time >= a.from_time
    and c.time < a.until_time
    and c.read_only is distinct from true
    and not regexp_like(coalesce(c.operation, ''), '^((Get|List|Describe|Check|Lookup|Search)[A-Z]|(login|logout)$)')
)
select
  time, source_id, defence, actor, actor_type, src_ip, operation, resource_type, resource, status, error_code,
  old_value, new_value, user_agent, account, region, object_id, record_no
from changes
where defence is not null
order by time, source_id, object_id, record_no
