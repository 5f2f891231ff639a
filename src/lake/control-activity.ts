import { column, eventSource, eventTime, log, provenance, type Table } from './column.ts';

export const controlActivity: Table = {
  name: 'control_activity',
  about:
    'One row a call of an API or an act in a console: who changed which defence when, and who signed in. OCSF class 6003.',
  partitioned: true,
  columns: [
    ...provenance,
    ...log,
    ...eventTime('When it was done'),
    ...eventSource('who called'),
    column('actor', 'varchar', 'Who did it: ARN or e-mail address', {
      example: 'arn:aws:iam::123456789012:user/alice',
    }),
    column('actor_type', 'varchar', "The log's own word for the kind of actor", { example: 'AssumedRole' }),
    column('actor_id', 'varchar', 'Id of the actor that stays when its name changes'),
    column('access_key', 'varchar', 'Id (not the secret) of the key or token that signed the call'),
    column('mfa', 'boolean', 'The session was opened with a second factor; null: the log does not say'),
    column('operation', 'varchar', 'What was done', { example: 'UpdateWebACL' }),
    column('service', 'varchar', 'Whose API', { example: 'wafv2.amazonaws.com' }),
    column('read_only', 'boolean', 'It changed nothing; null: the log does not say'),
    column('resource', 'varchar', 'What it was done to'),
    column('resource_type', 'varchar', "The log's own word for the kind of thing"),
    column('status', 'varchar', 'success or failure; null: the log does not say'),
    column('error_code', 'varchar', 'Why it failed'),
    column('error_detail', 'varchar', 'The same in words'),
    column('request', 'varchar', 'Parameters of the call, JSON'),
    column('response', 'varchar', 'Answer to the call, JSON'),
    column('old_value', 'varchar', 'Value before, where the log has it'),
    column('new_value', 'varchar', 'Value after, where the log has it'),
    column('user_agent', 'varchar', 'Program that called'),
    column('account', 'varchar', 'Account in which it was done'),
    column('region', 'varchar', 'Region in which it was done'),
    column('request_id', 'varchar', "The log's id of the call"),
  ],
};
