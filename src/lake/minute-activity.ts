import { column, log, type Table } from './column.ts';

export const minuteActivity: Table = {
  name: 'minute_activity',
  about:
    'Additive counts a minute, host and log. Detection of requests, the hourly watch of them and baselines read this alone.',
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
