"""What carries messages and clocks: SQS, SNS, EventBridge, Scheduler, CloudWatch, Budgets."""

import json
import os

from stacks import ACCOUNT, kept, kind

QUEUE_ATTRIBUTES = (
    "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout",
    "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "RedrivePolicy", "RedriveAllowPolicy",
    "FifoQueue", "ContentBasedDeduplication",
)  # fmt: skip


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def comparable(value):
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def keep_queue_attributes(resource, url):
    sqs, p = resource.api("sqs"), resource.properties
    sent = {name: text(value) for name, value in p.pick(*QUEUE_ATTRIBUTES).items()}
    p.pick("QueueName", "Tags")
    sqs.set_queue_attributes(QueueUrl=url, Attributes=sent)
    back = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    kept(
        {name: comparable(value) for name, value in sent.items()},
        {name: comparable(value) for name, value in back.items()},
    )


def delete_queue(resource, url):
    resource.api("sqs").delete_queue(QueueUrl=url)


@kind("AWS::SQS::Queue", name="QueueName", delete=delete_queue, update=keep_queue_attributes)
def queue(resource):
    sqs, p = resource.api("sqs"), resource.properties
    name = p.take("QueueName", resource.name)
    tags = {tag["Key"]: tag["Value"] for tag in resource.tags()}
    sqs.create_queue(QueueName=name, tags=tags)
    # The JavaScript client calls the host of a queue's URL: it must be the endpoint that records and injects faults.
    url = f"{os.environ['PUBLIC_ENDPOINT']}/{ACCOUNT}/{name}"
    keep_queue_attributes(resource, url)
    return url, {"Arn": f"arn:aws:sqs:{resource.region}:{ACCOUNT}:{name}", "QueueName": name, "QueueUrl": url}


def put_queue_policy(resource, _):
    p = resource.properties
    for url in p.take("Queues"):
        policy, sqs = p.take("PolicyDocument"), resource.api("sqs")
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        kept(
            policy,
            json.loads(
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
            ),
        )


@kind("AWS::SQS::QueuePolicy", update=put_queue_policy)
def queue_policy(resource):
    put_queue_policy(resource, None)
    return resource.name, {"Id": resource.name}


@kind(
    "AWS::SNS::Topic",
    name="TopicName",
    delete=lambda resource, arn: resource.api("sns").delete_topic(TopicArn=arn),
)
def topic(resource):
    sns, p = resource.api("sns"), resource.properties
    name = p.take("TopicName", resource.name)
    sent = {
        key: text(value)
        for key, value in p.pick("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig").items()
    }
    arn = sns.create_topic(Name=name, Tags=resource.tags(), Attributes=sent)["TopicArn"]
    kept(sent, sns.get_topic_attributes(TopicArn=arn)["Attributes"])
    for one in p.parts("Subscription"):
        sns.subscribe(TopicArn=arn, **one.pick("Protocol", "Endpoint"))
    return arn, {"TopicArn": arn, "TopicName": name}


def put_topic_policy(resource, _):
    p = resource.properties
    for arn in p.take("Topics"):
        policy, sns = p.take("PolicyDocument"), resource.api("sns")
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
        kept(policy, json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]))


@kind("AWS::SNS::TopicPolicy", update=put_topic_policy)
def topic_policy(resource):
    put_topic_policy(resource, None)
    return resource.name, {"Id": resource.name}


@kind(
    "AWS::SNS::Subscription",
    delete=lambda resource, arn: resource.api("sns").unsubscribe(SubscriptionArn=arn),
)
def subscription(resource):
    sns, p = resource.api("sns"), resource.properties
    options = p.pick("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
    sent = {name: text(value) for name, value in options.items()}
    to = p.pick("TopicArn", "Protocol", "Endpoint")
    arn = sns.subscribe(**to, Attributes=sent, ReturnSubscriptionArn=True)["SubscriptionArn"]
    kept(sent, sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"])
    return arn, {"Arn": arn}


def delete_rule(resource, name):
    events = resource.api("events")
    targets = [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    if targets:
        events.remove_targets(Rule=name, Ids=targets)
    events.delete_rule(Name=name)


def put_rule(resource, name):
    events, p = resource.api("events"), resource.properties
    p.pick("Name")
    sent = p.pick("Description", "ScheduleExpression", "State", "RoleArn")
    if "EventPattern" in p:
        sent["EventPattern"] = json.dumps(p.take("EventPattern"))
    if p.take("EventBusName", "default") != "default":
        raise ValueError("the emulation has the default event bus alone")
    arn = events.put_rule(Name=name, Tags=resource.tags(), **sent)["RuleArn"]
    kept(sent, events.describe_rule(Name=name))
    targets = p.take("Targets", [])
    if targets:
        failed = events.put_targets(Rule=name, Targets=targets)["FailedEntries"]
        if failed:
            raise ValueError(f"targets were refused: {failed}")
        kept(targets, events.list_targets_by_rule(Rule=name)["Targets"])
    return {"Arn": arn}


@kind("AWS::Events::Rule", name="Name", delete=delete_rule, update=put_rule)
def rule(resource):
    name = resource.properties.take("Name", resource.name)
    return name, put_rule(resource, name)


def delete_schedule(resource, name):
    group = resource.values.get("GroupName", "default")
    resource.api("scheduler").delete_schedule(Name=name, GroupName=group)


@kind("AWS::Scheduler::Schedule", name="Name", delete=delete_schedule)
def schedule(resource):
    scheduler, p = resource.api("scheduler"), resource.properties
    name = p.take("Name", resource.name)
    sent = p.pick(
        "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "GroupName", "Target", "State",
        "Description", "KmsKeyArn", "StartDate", "EndDate",
    )  # fmt: skip
    arn = scheduler.create_schedule(Name=name, **sent)["ScheduleArn"]
    kept(sent, scheduler.get_schedule(Name=name, GroupName=sent.get("GroupName", "default")))
    return name, {"Arn": arn}


@kind(
    "AWS::Scheduler::ScheduleGroup",
    name="Name",
    delete=lambda resource, name: resource.api("scheduler").delete_schedule_group(Name=name),
)
def schedule_group(resource):
    name = resource.properties.take("Name", resource.name)
    made = resource.api("scheduler").create_schedule_group(Name=name, Tags=resource.tags())
    return name, {"Arn": made["ScheduleGroupArn"]}


@kind(
    "AWS::CloudWatch::Alarm",
    name="AlarmName",
    delete=lambda resource, name: resource.api("cloudwatch").delete_alarms(AlarmNames=[name]),
)
def alarm(resource):
    cloudwatch, p = resource.api("cloudwatch"), resource.properties
    name = p.take("AlarmName", resource.name)
    tags = resource.tags()
    sent = {key: value for key, value in p.all().items() if key not in ("AlarmName", "Tags")}
    cloudwatch.put_metric_alarm(AlarmName=name, Tags=tags, **sent)
    made = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    kept(sent, made)
    return name, {"Arn": made["AlarmArn"]}


@kind(
    "AWS::CloudWatch::Dashboard",
    name="DashboardName",
    delete=lambda resource, name: resource.api("cloudwatch").delete_dashboards(DashboardNames=[name]),
)
def dashboard(resource):
    cloudwatch, p = resource.api("cloudwatch"), resource.properties
    name, body = p.take("DashboardName", resource.name), p.take("DashboardBody")
    json.loads(body)
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body, Tags=resource.tags())
    kept(body, cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    return name, {}


def delete_budget(resource, name):
    resource.api("budgets").delete_budget(AccountId=ACCOUNT, BudgetName=name)


@kind("AWS::Budgets::Budget", delete=delete_budget)
def budget(resource):
    budgets, p = resource.api("budgets"), resource.properties
    wanted = {"BudgetName": resource.name, **p.take("Budget")}
    if "BudgetLimit" in wanted:
        wanted["BudgetLimit"] = {name: str(value) for name, value in wanted["BudgetLimit"].items()}
    told = p.take("NotificationsWithSubscribers", [])
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in p.take("ResourceTags", [])]
    named = {"ResourceTags": tags} if tags else {}
    budgets.create_budget(AccountId=ACCOUNT, Budget=wanted, NotificationsWithSubscribers=told, **named)
    where = {"AccountId": ACCOUNT, "BudgetName": wanted["BudgetName"]}
    kept(wanted, budgets.describe_budget(**where)["Budget"])
    kept(
        [one["Notification"] for one in told],
        budgets.describe_notifications_for_budget(**where)["Notifications"],
    )
    return wanted["BudgetName"], {}
