"""Buckets, keys, and what Athena asks: S3, KMS, Glue, Athena."""

import json

from stacks import ACCOUNT, kept, kind


def bucket(resource):
    p, s3 = resource.properties, resource.api("s3")
    name = p.take("BucketName", resource.name)
    place = (
        {}
        if resource.region == "us-east-1"
        else {"CreateBucketConfiguration": {"LocationConstraint": resource.region}}
    )
    s3.create_bucket(
        Bucket=name, ObjectLockEnabledForBucket=bool(p.take("ObjectLockEnabled", False)), **place
    )
    configure_bucket(resource, name)
    return name, {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{resource.region}.amazonaws.com",
    }


def configure_bucket(resource, name):
    p, s3 = resource.properties, resource.api("s3")
    p.pick("BucketName", "ObjectLockEnabled")
    if "VersioningConfiguration" in p:
        versioning = p.take("VersioningConfiguration")
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
        kept(versioning, s3.get_bucket_versioning(Bucket=name))
    if "ObjectLockConfiguration" in p:
        lock = p.take("ObjectLockConfiguration")
        if "Rule" in lock:
            s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
            kept(lock, s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"])
    if "BucketEncryption" in p:
        rules = [
            encryption_rule(rule)
            for rule in p.part("BucketEncryption").parts("ServerSideEncryptionConfiguration")
        ]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
        kept(rules, s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"])
    if "PublicAccessBlockConfiguration" in p:
        block = p.take("PublicAccessBlockConfiguration")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        kept(block, s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"])
    if "OwnershipControls" in p:
        controls = p.take("OwnershipControls")
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=controls)
        kept(controls, s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"])
    if "LifecycleConfiguration" in p:
        rules = [
            lifecycle_rule(rule, number)
            for number, rule in enumerate(p.part("LifecycleConfiguration").parts("Rules"))
        ]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
        kept(rules, s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"])
    if "LoggingConfiguration" in p:
        to = p.part("LoggingConfiguration")
        logging = {
            "TargetBucket": to.take("DestinationBucketName", name),
            "TargetPrefix": to.take("LogFilePrefix", ""),
        }
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": logging})
        kept(logging, s3.get_bucket_logging(Bucket=name)["LoggingEnabled"])
    if "NotificationConfiguration" in p:
        bridge = p.part("NotificationConfiguration").part("EventBridgeConfiguration")
        if bridge.take("EventBridgeEnabled", True):
            s3.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )
    tags = resource.tags()
    if tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})


def encryption_rule(rule):
    ours = rule.pick("BucketKeyEnabled")
    by_default = rule.part("ServerSideEncryptionByDefault").pick("SSEAlgorithm", "KMSMasterKeyID")
    return {"ApplyServerSideEncryptionByDefault": by_default, **ours}


def lifecycle_rule(rule, number):
    api = {
        "ID": rule.take("Id", f"rule-{number}"),
        "Status": rule.take("Status"),
        "Filter": {"Prefix": rule.take("Prefix", "")},
    }
    expiration = {}
    if "ExpirationInDays" in rule:
        expiration["Days"] = int(rule.take("ExpirationInDays"))
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule.take("ExpiredObjectDeleteMarker")
    if expiration:
        api["Expiration"] = expiration
    if "Transitions" in rule:
        api["Transitions"] = [
            {"Days": int(one.take("TransitionInDays")), "StorageClass": one.take("StorageClass")}
            for one in rule.parts("Transitions")
        ]
    if "NoncurrentVersionTransitions" in rule:
        api["NoncurrentVersionTransitions"] = [
            {"NoncurrentDays": int(one.take("TransitionInDays")), "StorageClass": one.take("StorageClass")}
            for one in rule.parts("NoncurrentVersionTransitions")
        ]
    return {**api, **rule.pick("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")}


kind("AWS::S3::Bucket", name="BucketName", update=configure_bucket)(bucket)


def put_bucket_policy(resource, name):
    """moto evaluates Deny without its Condition: a Deny of plain HTTP would refuse every request of the emulation."""
    p = resource.properties
    p.take("Bucket")
    policy = p.take("PolicyDocument")
    lasting = [one for one in policy["Statement"] if not (one["Effect"] == "Deny" and "Condition" in one)]
    if len(lasting) < len(policy["Statement"]):
        resource.ignore("PolicyDocument.Statement[Deny with Condition]")
    if lasting:
        resource.api("s3").put_bucket_policy(Bucket=name, Policy=json.dumps({**policy, "Statement": lasting}))


@kind("AWS::S3::BucketPolicy", update=put_bucket_policy)
def bucket_policy(resource):
    name = resource.values["Bucket"]
    put_bucket_policy(resource, name)
    return name, {}


def schedule_deletion(resource, identity):
    resource.api("kms").schedule_key_deletion(
        KeyId=identity, PendingWindowInDays=resource.values.get("PendingWindowInDays", 30)
    )


@kind("AWS::KMS::Key", delete=schedule_deletion)
def key(resource):
    p, kms = resource.properties, resource.api("kms")
    sent = p.pick("Description", "KeyUsage", "KeySpec", "MultiRegion")
    policy = p.take("KeyPolicy")
    made = kms.create_key(Policy=json.dumps(policy), Tags=resource.tags("TagKey", "TagValue"), **sent)[
        "KeyMetadata"
    ]
    identity = made["KeyId"]
    kept(sent, made)
    kept(policy, json.loads(kms.get_key_policy(KeyId=identity, PolicyName="default")["Policy"]))
    p.pick("PendingWindowInDays")
    if p.take("EnableKeyRotation"):
        kms.enable_key_rotation(KeyId=identity, **p.pick("RotationPeriodInDays"))
    if p.take("Enabled", True) is False:
        kms.disable_key(KeyId=identity)
    return identity, {"Arn": made["Arn"], "KeyId": identity}


@kind(
    "AWS::KMS::Alias", delete=lambda resource, identity: resource.api("kms").delete_alias(AliasName=identity)
)
def alias(resource):
    name, target = resource.properties.take("AliasName"), resource.properties.take("TargetKeyId")
    # moto wants an id where AWS takes an ARN as well.
    resource.api("kms").create_alias(AliasName=name, TargetKeyId=target.split("/")[-1])
    return name, {}


def same_catalogue(resource):
    catalogue = resource.properties.take("CatalogId", ACCOUNT)
    if catalogue != ACCOUNT:
        raise ValueError(f"the emulation has one catalogue, {ACCOUNT}, and not {catalogue}")


@kind(
    "AWS::Glue::Database",
    delete=lambda resource, identity: resource.api("glue").delete_database(Name=identity),
)
def database(resource):
    same_catalogue(resource)
    glue, wanted = resource.api("glue"), resource.properties.take("DatabaseInput")
    wanted = {"Name": resource.name.lower(), **wanted}
    glue.create_database(DatabaseInput=wanted)
    kept(wanted, glue.get_database(Name=wanted["Name"])["Database"])
    return wanted["Name"], {}


def update_table(resource, identity):
    same_catalogue(resource)
    glue, p = resource.api("glue"), resource.properties
    glue.update_table(DatabaseName=p.take("DatabaseName"), TableInput=p.take("TableInput"))
    kept(
        resource.values["TableInput"],
        glue.get_table(DatabaseName=resource.values["DatabaseName"], Name=identity)["Table"],
    )


def delete_table(resource, identity):
    resource.api("glue").delete_table(DatabaseName=resource.values["DatabaseName"], Name=identity)


@kind("AWS::Glue::Table", delete=delete_table, update=update_table)
def table(resource):
    same_catalogue(resource)
    glue, p = resource.api("glue"), resource.properties
    database_name, wanted = p.take("DatabaseName"), p.take("TableInput")
    glue.create_table(DatabaseName=database_name, TableInput=wanted)
    kept(wanted, glue.get_table(DatabaseName=database_name, Name=wanted["Name"])["Table"])
    return wanted["Name"], {}


def delete_work_group(resource, identity):
    recursive = resource.values.get("RecursiveDeleteOption", False)
    resource.api("athena").delete_work_group(WorkGroup=identity, RecursiveDeleteOption=recursive)


@kind("AWS::Athena::WorkGroup", name="Name", delete=delete_work_group)
def work_group(resource):
    athena, p = resource.api("athena"), resource.properties
    name, configuration = p.take("Name", resource.name), p.take("WorkGroupConfiguration", {})
    p.pick("RecursiveDeleteOption")
    if p.take("State", "ENABLED") != "ENABLED":
        raise ValueError("the emulation has no disabled work groups")
    athena.create_work_group(
        Name=name, Configuration=configuration, Tags=resource.tags(), **p.pick("Description")
    )
    kept(configuration, athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"])
    return name, {"CreationTime": "0"}


# moto has no DeleteNamedQuery: what a stack no longer names stays listed.
@kind("AWS::Athena::NamedQuery", delete=lambda resource, identity: None)
def named_query(resource):
    athena, p = resource.api("athena"), resource.properties
    sent = {"Name": p.take("Name", resource.name), "WorkGroup": p.take("WorkGroup", "primary")}
    sent.update(p.pick("Database", "QueryString", "Description"))
    identity = athena.create_named_query(**sent)["NamedQueryId"]
    kept(sent, athena.get_named_query(NamedQueryId=identity)["NamedQuery"])
    return identity, {"NamedQueryId": identity}
