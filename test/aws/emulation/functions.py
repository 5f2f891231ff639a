"""Functions, their roles and their logs: Lambda, IAM, CloudWatch Logs, and CDK's own custom resources."""

import json

from stacks import ACCOUNT, Refused, kept, kind

# Honoured by our runtime and pump of queues (lambda-environment.ts, queue-pump.ts), which read them from the record
# of what was deployed: moto runs nothing.
CONFIGURATION = (
    "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "Environment", "Architectures",
    "EphemeralStorage", "TracingConfig", "DeadLetterConfig", "LoggingConfig",
)  # fmt: skip
# moto takes these and gives them back as nothing; our runtime reads them from the record.
UNTOLD_BY_MOTO = {"LoggingConfig", "DeadLetterConfig"}


def delete_function(resource, name):
    resource.api("lambda").delete_function(FunctionName=name)


@kind("AWS::Lambda::Function", name="FunctionName", delete=delete_function)
def function(resource):
    api, p = resource.api("lambda"), resource.properties
    name, code = p.take("FunctionName", resource.name), p.part("Code")
    sent = p.pick(*CONFIGURATION)
    tags = {tag["Key"]: tag["Value"] for tag in resource.tags()}
    if "ZipFile" in code:
        # CDK's own inline handlers are never run: what they would do, `custom` below does or refuses.
        archive = {"ZipFile": zipped(code.take("ZipFile"))}
    else:
        archive = code.pick("S3Bucket", "S3Key", "S3ObjectVersion")
    made = api.create_function(FunctionName=name, Code=archive, Tags=tags, **sent)
    kept({key: value for key, value in sent.items() if key not in UNTOLD_BY_MOTO}, made)
    if "ReservedConcurrentExecutions" in p:
        limit = p.take("ReservedConcurrentExecutions")
        api.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)
    return name, {"Arn": f"arn:aws:lambda:{resource.region}:{ACCOUNT}:function:{name}"}


def zipped(source):
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.js", source)
    return buffer.getvalue()


@kind("AWS::Lambda::Permission")
def permission(resource):
    p = resource.properties
    sent = p.pick(
        "Action",
        "Principal",
        "SourceArn",
        "SourceAccount",
        "FunctionUrlAuthType",
        "PrincipalOrgID",
        "InvokedViaFunctionUrl",
    )
    name = p.take("FunctionName").split(":function:")[-1].split(":")[0]
    api = resource.api("lambda")
    api.add_permission(FunctionName=name, StatementId=resource.logical_id, **sent)
    policy = json.loads(api.get_policy(FunctionName=name)["Policy"])
    if not any(one["Sid"] == resource.logical_id for one in policy["Statement"]):
        raise Refused("the emulated API forgot the statement")
    return resource.name, {"Id": resource.name}


@kind("AWS::Lambda::Url")
def function_url(resource):
    p = resource.properties
    sent = p.pick("AuthType", "Cors", "InvokeMode")
    arn = p.take("TargetFunctionArn")
    name = arn.split(":function:")[-1].split(":")[0]
    made = resource.api("lambda").create_function_url_config(FunctionName=name, **sent)
    kept(sent, resource.api("lambda").get_function_url_config(FunctionName=name))
    return made["FunctionArn"], {"FunctionUrl": made["FunctionUrl"], "FunctionArn": made["FunctionArn"]}


@kind(
    "AWS::Lambda::EventSourceMapping",
    delete=lambda resource, identity: resource.api("lambda").delete_event_source_mapping(UUID=identity),
)
def event_source_mapping(resource):
    p = resource.properties
    sent = p.pick(
        "EventSourceArn",
        "FunctionName",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "FunctionResponseTypes",
        "ScalingConfig",
        "Enabled",
    )
    made = resource.api("lambda").create_event_source_mapping(
        **sent, Tags={tag["Key"]: tag["Value"] for tag in resource.tags()}
    )
    kept({key: value for key, value in sent.items() if key not in ("FunctionName", "Enabled")}, made)
    return made["UUID"], {"Id": made["UUID"], "EventSourceMappingArn": made["EventSourceMappingArn"]}


@kind("AWS::Lambda::EventInvokeConfig")
def event_invoke_config(resource):
    p = resource.properties
    name = p.take("FunctionName").split(":function:")[-1]
    if p.take("Qualifier", "$LATEST") != "$LATEST":
        raise Refused("the emulation has $LATEST alone")
    sent = p.pick("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
    made = resource.api("lambda").put_function_event_invoke_config(FunctionName=name, **sent)
    kept(sent, made)
    return resource.name, {}


def delete_log_group(resource, name):
    resource.api("logs").delete_log_group(logGroupName=name)


@kind("AWS::Logs::LogGroup", name="LogGroupName", delete=delete_log_group)
def log_group(resource):
    logs, p = resource.api("logs"), resource.properties
    name = p.take("LogGroupName", resource.name)
    key = {"kmsKeyId": p.take("KmsKeyId")} if "KmsKeyId" in p else {}
    tags = {tag["Key"]: tag["Value"] for tag in resource.tags()}
    logs.create_log_group(logGroupName=name, tags=tags, **key)
    kept(key, logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0])
    if "RetentionInDays" in p:
        logs.put_retention_policy(logGroupName=name, retentionInDays=p.take("RetentionInDays"))
    return name, {"Arn": f"arn:aws:logs:{resource.region}:{ACCOUNT}:log-group:{name}:*"}


def delete_metric_filter(resource, name):
    resource.api("logs").delete_metric_filter(logGroupName=resource.values["LogGroupName"], filterName=name)


@kind("AWS::Logs::MetricFilter", name="FilterName", delete=delete_metric_filter)
def metric_filter(resource):
    p = resource.properties
    name = p.take("FilterName", resource.name)
    sent = {"logGroupName": p.take("LogGroupName"), "filterPattern": p.take("FilterPattern")}
    sent["metricTransformations"] = [transformation(one) for one in p.take("MetricTransformations")]
    resource.api("logs").put_metric_filter(filterName=name, **sent)
    back = resource.api("logs").describe_metric_filters(
        logGroupName=sent["logGroupName"], filterNamePrefix=name
    )
    kept({"filterPattern": sent["filterPattern"]}, back["metricFilters"][0])
    return name, {}


def transformation(one):
    sent = {name[0].lower() + name[1:]: value for name, value in one.items()}
    if "dimensions" in sent:
        sent["dimensions"] = {pair["Key"]: pair["Value"] for pair in sent["dimensions"]}
    return sent


def delete_role(resource, name):
    iam = resource.api("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=name)


@kind("AWS::IAM::Role", name="RoleName", delete=delete_role)
def role(resource):
    iam, p = resource.api("iam"), resource.properties
    name = p.take("RoleName", resource.name)
    trust = p.take("AssumeRolePolicyDocument")
    sent = p.pick("Path", "Description", "MaxSessionDuration", "PermissionsBoundary")
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=resource.tags(), **sent
    )["Role"]
    kept({key: value for key, value in sent.items() if key != "PermissionsBoundary"}, made)
    for arn in p.take("ManagedPolicyArns", []):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    for one in p.parts("Policies"):
        document = json.dumps(one.take("PolicyDocument"))
        iam.put_role_policy(RoleName=name, PolicyName=one.take("PolicyName"), PolicyDocument=document)
    return name, {"Arn": made["Arn"], "RoleId": made["RoleId"]}


def put_policy(resource, _):
    iam, p = resource.api("iam"), resource.properties
    name, document = p.take("PolicyName"), p.take("PolicyDocument")
    for to in p.take("Roles", []):
        iam.put_role_policy(RoleName=to, PolicyName=name, PolicyDocument=json.dumps(document))
        kept(document, iam.get_role_policy(RoleName=to, PolicyName=name)["PolicyDocument"])


@kind("AWS::IAM::Policy", update=put_policy)
def policy(resource):
    put_policy(resource, None)
    return resource.values["PolicyName"], {"Id": resource.name}


def delete_managed_policy(resource, arn):
    iam = resource.api("iam")
    for to in iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]:
        iam.detach_role_policy(RoleName=to["RoleName"], PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


@kind("AWS::IAM::ManagedPolicy", name="ManagedPolicyName", delete=delete_managed_policy)
def managed_policy(resource):
    iam, p = resource.api("iam"), resource.properties
    document = json.dumps(p.take("PolicyDocument"))
    sent = p.pick("Path", "Description")
    # moto wants a description of at least one character, CDK writes an empty one.
    sent = {key: value for key, value in sent.items() if value != ""}
    arn = iam.create_policy(
        PolicyName=p.take("ManagedPolicyName", resource.name), PolicyDocument=document, **sent
    )["Policy"]["Arn"]
    for to in p.take("Roles", []):
        iam.attach_role_policy(RoleName=to, PolicyArn=arn)
    return arn, {"PolicyArn": arn}


@kind("Custom::S3BucketNotifications")
def bucket_notifications(resource):
    """What CDK's handler does for `eventBridgeEnabled`: it puts the configuration. Nothing is invoked."""
    p = resource.properties
    p.pick("ServiceToken", "SkipDestinationValidation")
    if p.take("Managed", True) is not True and str(p.value["Managed"]).lower() != "true":
        raise Refused("a bucket that CDK does not manage")
    configuration = p.take("NotificationConfiguration")
    resource.api("s3").put_bucket_notification_configuration(
        Bucket=p.take("BucketName"), NotificationConfiguration=configuration
    )
    return resource.name, {}


@kind("Custom::S3AutoDeleteObjects")
def auto_delete_objects(resource):
    """CDK's handler acts when the stack is deleted, and the emulation ends before that."""
    resource.properties.pick("ServiceToken", "BucketName")
    return resource.name, {}
