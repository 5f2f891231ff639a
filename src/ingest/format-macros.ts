import { MEMBER_SHIFT } from './parse-sql.ts';

/**
 * What several formats say of a time, an agent or an action, said once: macros of DuckDB that every format's SELECT can call. They are
 * expanded where they stand, so that a column of digits, counted once, serves both of its readers.
 */
export const FORMAT_MACROS: readonly string[] = [
  // The log object that a record is of, among those that are read together.
  `create macro object_of(record_no) as record_no >> ${MEMBER_SHIFT}`,
  // How many digits a time is that is nothing but digits; null for any other text.
  String.raw`create macro stamp_digits(stamp) as case when regexp_full_match(stamp, '\d+') then length(stamp) end`,
  // An offset from UTC, or none: 14 hours at most, as in Kiribati. DuckDB takes +99:99 for one, and four days off the time.
  String.raw`create macro is_offset(written) as written = '' or regexp_full_match(written, '[+-](?:(?:0\d|1[0-3])(?::?[0-5]\d)?|14(?::?00)?)')`,
  // A leap second, from the second before it. It has no number of its own: by POSIX (Seconds Since the Epoch) 23:59:60 is
  // counted as the second after it. There is one at the end of a month of UTC alone; any other second 60 is none.
  `create macro leap_ns(ns) as case
    when (ns // 1000000000 + 1) % 86400 = 0 and day(make_timestamp((ns // 1000000000 + 1) * 1000000)) = 1 then ns + 1000000000
  end`,
  // A time of ISO 8601 or RFC 3339, with an offset or in UTC.
  `create macro iso_ns(stamp) as case
    when ends_with(stamp, 'Z') or length(stamp) <= 19 or is_offset(trim(regexp_extract(substr(stamp, 18), '[+-].*'))) then
      case
        when substr(stamp, 17, 3) = ':60' then leap_ns(epoch_ns(try_cast(left(stamp, 16) || ':59' || substr(stamp, 20) as timestamp_ns)))
        else epoch_ns(try_cast(stamp as timestamp_ns))
      end
  end`,
  // Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their digits; or RFC 3339.
  `create macro stamp_ns(stamp, digits) as case
    when digits <= 10 then try_cast(try_cast(stamp as hugeint) * 1000000000 as bigint)
    when digits <= 13 then try_cast(try_cast(stamp as hugeint) * 1000000 as bigint)
    when digits <= 16 then try_cast(try_cast(stamp as hugeint) * 1000 as bigint)
    when digits <= 19 then try_cast(stamp as bigint)
    else iso_ns(stamp)
  end`,
  String.raw`create macro stamp_precision(stamp, digits) as case
    when digits > 16 then 'ns'
    when digits > 13 then 'us'
    when digits > 10 then 'ms'
    when digits > 0 or not contains(stamp, '.') then 's'
    when length(regexp_extract(stamp, '\.(\d*)', 1)) <= 3 then 'ms'
    when length(regexp_extract(stamp, '\.(\d*)', 1)) <= 6 then 'us'
    else 'ns'
  end`,
  `create macro common_log_second_ns(stamp) as
    try_cast(epoch_ms(try_strptime(stamp, '%d/%b/%Y:%H:%M:%S %z')) * cast(1000000 as hugeint) as bigint)`,
  // A time of the common log format, such as 11/Nov/2019:15:42:00 +0000.
  `create macro common_log_ns(stamp) as case
    when right(stamp, 5) <> '+0000' and not is_offset(right(stamp, 5)) then null
    when contains(stamp, ':60 ') then leap_ns(common_log_second_ns(replace(stamp, ':60 ', ':59 ')))
    else common_log_second_ns(stamp)
  end`,
  // What a record of JSON says under a name: what was read of it, or where a client wrote some of it and what can be trusted
  // has not the name, all that the text says under it, wherever that stands.
  String.raw`create macro said_of(json, name, trusted, is_of_client) as case
    when trusted is not null then [trusted]
    when is_of_client then list_distinct(list_transform(
      regexp_extract_all(json, '"' || name || '"\s*:\s*"?([^",}]*)', 1), lambda said: replace(trim(said), '\/', '/')
    ))
    else []
  end`,
  // CloudFront encodes an agent and a referrer, in some deliveries twice: each % of an agent is then a %25 before two digits.
  `create macro is_encoded_twice(agent) as coalesce(contains(agent, '%') and regexp_full_match(agent, '(?:[^%]|%25[0-9A-Fa-f]{2})*'), false)`,
  // What is no encoding, or of no UTF-8, stays as it is.
  `create macro percent_decoded(encoded) as case
    when contains(encoded, '%') and regexp_full_match(encoded, '(?:[^%]|%[0-9A-Fa-f]{2})*') then coalesce(try(url_decode(encoded)), encoded)
    else encoded
  end`,
  // What Cloudflare's words for an action mean, in lower case and without underscores; null for any other word.
  `create macro cloudflare_action(word) as case
    when word in ('block', 'drop', 'connectionclose', 'forceconnectionclose') then 'blocked'
    when word in (
      'challenge', 'jschallenge', 'managedchallenge', 'challengefailed', 'jschallengefailed', 'managedchallengefailed',
      'precursorinterstitialpageissued'
    ) then 'challenged'
    when word in (
      'allow', 'log', 'skip', 'bypass', 'simulate', 'rewrite', 'challengesolved', 'challengebypassed', 'jschallengesolved',
      'jschallengebypassed', 'managedchallengesolved', 'managedchallengebypassed', 'managedchallengeskipped',
      'managedchallengenoninteractivesolved', 'managedchallengeinteractivesolved'
    ) then 'allowed'
  end`,
];
