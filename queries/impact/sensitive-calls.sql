/*
title: Sensitive calls in the cloud
question: Which calls touched identities, logs, secrets, the data as a whole, or destroyed something?
grain: one row per call
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
limits: 'The list is of CloudTrail''s names, and of management events: reading an object of S3 or a row of DynamoDB is a data event, which few trails log. Most of these calls are an administrator''s work: each needs confirmation. Calls that failed are there with their status. A record that was delivered twice has two rows.'
attack: [T1098, T1485, T1537, T1552, T1562.008]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time
), calls as (
  select
    case
      when c.operation in (
        'CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'AttachUserPolicy', 'AttachRolePolicy',
        'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'AddUserToGroup', 'UpdateAssumeRolePolicy',
        'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeactivateMFADevice', 'DeleteVirtualMFADevice', 'CreateSAMLProvider',
        'UpdateSAMLProvider', 'CreateOpenIDConnectProvider', 'DeleteAccountPasswordPolicy'
      ) then 'identity'
      when c.operation in (
        'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteFlowLogs', 'DeleteLogGroup', 'DeleteLogStream',
        'DeleteDetector', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DisableSecurityHub', 'PutBucketLogging',
        'DeleteLoggingConfiguration', 'DeleteQueryLoggingConfig', 'DisassociateResolverQueryLogConfig'
      ) then 'logging'
      when c.operation in ('GetSecretValue', 'BatchGetSecretValue', 'GetPasswordData') then 'secrets'
      when c.operation in (
        'ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute',
        'StartExportTask', 'ExportTableToPointInTime', 'CreateDBSnapshot', 'CreateDBClusterSnapshot', 'CopyDBSnapshot',
        'RestoreDBInstanceFromDBSnapshot', 'RestoreDBClusterFromSnapshot', 'CreateInstanceExportTask', 'PutBucketPolicy',
        'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketReplication', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock'
      ) then 'data'
      when c.operation in (
        'DeleteBucket', 'DeleteDBInstance', 'DeleteDBCluster', 'DeleteTable', 'TerminateInstances', 'ScheduleKeyDeletion', 'DisableKey'
      ) then 'destruction'
      when c.actor_type = 'Root' and c.read_only is distinct from true then 'root'
      when c.operation = 'ConsoleLogin' and c.status = 'success' and c.mfa = false then 'sign-in-without-mfa'
    end as kind,
    c.time, c.source_id, c.actor, c.actor_type, c.access_key, c.mfa, c.src_ip, c.asn, c.operation, c.service, c.resource,
    c.status, c.error_code, c.user_agent, c.account, c.region, c.object_id, c.record_no
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
    and c.time >= a.from_time
    and c.time < a.until_time
)
select
  time, source_id, kind, actor, actor_type, access_key, mfa, src_ip, asn, operation, service, resource,
  status, error_code, user_agent, account, region, object_id, record_no
from calls
where kind is not null
order by time, source_id, object_id, record_no
