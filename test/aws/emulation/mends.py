"""Where moto is not as AWS is, and a test would see it. Each says what AWS does."""

import base64
import hashlib
import json
import logging
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
import zlib
from datetime import datetime, timezone
from xml.sax.saxutils import escape

from moto import backends
from moto.awslambda.models import LambdaBackend
from moto.awslambda.utils import get_backend as lambda_backend
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config
from moto.events.models import Rule
from moto.glue.responses import GlueResponse
from moto.s3 import models as s3_models
from moto.s3 import responses as s3_responses
from moto.s3 import utils as s3_utils
from moto.s3.exceptions import AccessDeniedByLock, S3ClientError
from moto.sqs import models as sqs_models
from moto.sqs.models import Queue, SQSBackend

ENDPOINT = os.environ["PUBLIC_ENDPOINT"]
# moto handles requests in threads and looks before it writes: without this, two PUTs with `If-None-Match: *` could
# both succeed, and of two versions written at once one could be lost.
ONE_AT_A_TIME = threading.RLock()


class BadDigest(S3ClientError):
    code = 400

    def __init__(self, algorithm):
        super().__init__("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")


def digest_of(algorithm, body):
    if algorithm == "crc32":
        return zlib.crc32(body).to_bytes(4, "big")
    return hashlib.new(algorithm, body).digest() if algorithm in ("sha256", "sha1") else None


DIGESTS = ("crc32", "sha1", "sha256")


def get_checksum(get):
    """Who sends a digest need not name its algorithm; moto keeps and returns only that of a named one."""

    def get_any(self, response_headers):
        for algorithm in DIGESTS:
            value = self.headers.get(f"x-amz-checksum-{algorithm}")
            if value:
                response_headers[f"x-amz-checksum-{algorithm}"] = value
                return algorithm.upper(), value
        return get(self, response_headers)

    return get_any


def check_digests(response):
    """S3 refuses a body that is not the one that was promised; moto checks only what it computes itself."""
    headers, body = response.headers, response.body or b""
    for algorithm in DIGESTS:
        value = headers.get(f"x-amz-checksum-{algorithm}")
        if value and base64.b64decode(value) != digest_of(algorithm, body):
            raise BadDigest(algorithm.upper())
    md5 = headers.get("Content-MD5")
    if md5 and base64.b64decode(md5) != hashlib.md5(body).digest():
        raise BadDigest("Content-MD5")


def mend_buckets():
    responses = s3_responses.S3Response
    put = responses._key_response_put

    def checked_put(self, query, key_name):
        if (
            not set(query) & {"uploadId", "acl", "tagging", "retention", "legal-hold"}
            and "x-amz-copy-source" not in self.headers
        ):
            check_digests(self)
        return put(self, query, key_name)

    responses._key_response_put = checked_put
    responses._get_checksum = get_checksum(responses._get_checksum)
    for name in ("_key_response_put", "_key_response_post", "_key_response_delete"):
        setattr(responses, name, one_at_a_time(getattr(responses, name)))

    get = responses._key_response_get

    def get_with_retention(self, query, key_name):
        return get_retention(self) if "retention" in query else get(self, query, key_name)

    responses._key_response_get = get_with_retention
    s3_models.S3Backend.put_object_retention = guarded_retention(s3_models.S3Backend.put_object_retention)
    responses.put_object_retention = with_bypass(responses.put_object_retention)
    # S3 gives a bucket's policy or ACL time to allow the log delivery; a template writes the policy after the bucket.
    s3_models.FakeBucket._log_permissions_enabled_policy = staticmethod(lambda *_, **__: True)

    # S3 delivers access logs hours later and warrants none; moto writes one object for each request, at once. A test
    # that needs an access log puts one.
    s3_models.S3Backend.log_incoming_request = lambda *_: None


def get_retention(response):
    key, _ = response._get_key(validate_storage_class=False)
    if not key.lock_mode:
        raise S3ClientError(
            "NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration"
        )
    xml = f"<Retention><Mode>{key.lock_mode}</Mode><RetainUntilDate>{key.lock_until}</RetainUntilDate></Retention>"
    return 200, {}, xml


BYPASS = threading.local()


def with_bypass(put):
    def put_object_retention(self):
        BYPASS.asked = self.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
        return put(self)

    return put_object_retention


def guarded_retention(put):
    """A lock may be made longer; COMPLIANCE is never weakened, GOVERNANCE only by who asks to bypass it."""

    def put_object_retention(self, bucket_name, key_name, version_id, retention):
        key = self.get_object(bucket_name, key_name, version_id=version_id)
        mode, until = retention
        weaker = (
            key is not None and key.lock_mode and (mode != key.lock_mode or (until or "") < key.lock_until)
        )
        if weaker and moment(key.lock_until) > datetime.now(timezone.utc):
            if mode == "COMPLIANCE" and moment(until) >= moment(key.lock_until):
                weaker = False
            elif key.lock_mode == "COMPLIANCE" or not BYPASS.asked:
                raise AccessDeniedByLock()
        put(self, bucket_name, key_name, version_id, retention)

    return put_object_retention


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def one_at_a_time(act, lock=ONE_AT_A_TIME):
    def alone(self, *args, **named):
        with lock:
            return act(self, *args, **named)

    return alone


def mend_events():
    """An S3 event says the object's version and has an order and an id; a rule with a function for a target invokes it."""
    sequence = iter(range(1, 1 << 62))
    to_targets = Rule.send_to_targets

    def send_to_targets(self, event, *args, **named):
        if event.get("source") == "aws.s3":
            event = s3_event(event, sequence)
        functions = [target for target in self.targets if ":lambda:" in target["Arn"]]
        if functions and self.event_pattern.matches_event(event):
            for target in functions:
                invoke_later(self, target, event)
        others = Rule(
            self.name, self.account_id, self.region_name, self.description, self.event_pattern.dump(),
            self.scheduled_expression, self.role_arn, self.event_bus_name, self.state, self.managed_by,
            [target for target in self.targets if target not in functions],
        )  # fmt: skip
        to_targets(others, event, *args, **named)

    Rule.send_to_targets = send_to_targets


def s3_event(event, sequence):
    thing = dict(event["detail"]["object"], sequencer=f"{next(sequence):016X}")
    # moto writes "null" for an object of a bucket without versions, S3 leaves the field out.
    if thing.get("version-id") == "null":
        del thing["version-id"]
    return {**event, "id": str(uuid.uuid4()), "detail": {**event["detail"], "object": thing}}


def invoke_later(rule, target, event):
    backend = lambda_backend(rule.account_id, rule.region_name)
    body = target.get("Input") or json.dumps(event)
    arguments = (target["Arn"].split(":function:")[1], None, body, {}, {})
    threading.Thread(target=backend.invoke, args=arguments, daemon=True).start()


def mend_functions():
    """Functions run in our runtime, behind the endpoint; moto must never look for Docker, nor eat a queue's messages."""
    default_user_config["lambda"]["use_docker"] = False

    def invoke(self, function_name, qualifier, body, headers, response_headers):
        del self, qualifier, headers
        data = body if isinstance(body, bytes) else (body or "null").encode()
        path = f"{ENDPOINT}/2015-03-31/functions/{function_name}/invocations"
        request = urllib.request.Request(
            path, data=data, method="POST", headers={"x-amz-invocation-type": "Event"}
        )
        with urllib.request.urlopen(request) as answer:
            failed = answer.headers.get("X-Amz-Function-Error")
            if failed:
                response_headers["x-amz-function-error"] = failed
            return answer.read()

    LambdaBackend.invoke = invoke
    LambdaSimpleBackend.invoke = invoke

    class Deaf(dict):
        def __setitem__(self, key, value):
            pass

    make = Queue.__init__

    def make_deaf(self, *args, **named):
        make(self, *args, **named)
        self.lambda_event_source_mappings = Deaf()

    Queue.__init__ = make_deaf


def mend_queues():
    """A message that is deleted stays deleted: moto makes a list of the others, and of two at once keeps one list."""
    lock = threading.RLock()
    for name in ("send_message", "send_message_batch", "receive_message", "delete_message", "change_message_visibility"):
        setattr(SQSBackend, name, one_at_a_time(getattr(SQSBackend, name), lock))


def mend_tables():
    """Trino asks for column statistics, of which moto knows nothing."""
    for name in ("table", "partition"):
        setattr(
            GlueResponse,
            f"get_column_statistics_for_{name}",
            lambda self: '{"ColumnStatisticsList": [], "Errors": []}',
        )


def listed_quickly(list_objects_v2):
    """The same bytes as moto's: it writes the frame, this the entries."""

    def listed(self):
        serialized = self.serialized

        def framed(result):
            entries = "".join(map(entry_of, result.result.pop("Contents")))
            status, headers, body = serialized(result)
            before, mark, after = body.partition("</IsTruncated>")
            return status, headers, before + mark + entries + after

        self.serialized = framed
        try:
            return list_objects_v2(self)
        finally:
            del self.serialized

    return listed


def entry_of(item):
    algorithm = "".join(
        f"<ChecksumAlgorithm>{each}</ChecksumAlgorithm>" for each in item.get("ChecksumAlgorithm", [])
    )
    owner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in item.get("Owner", {}).items())
    return (
        f"<Contents><Key>{escape(item['Key'])}</Key><LastModified>{item['LastModified']}</LastModified>"
        f"<ETag>{escape(item['ETag'])}</ETag>{algorithm}<Size>{item['Size']}</Size>"
        f"<StorageClass>{item['StorageClass']}</StorageClass>{f'<Owner>{owner}</Owner>' if owner else ''}</Contents>"
    )


def hasten():
    """
    moto lists its own folder, and writes a line, for each request; and of each message that is received it counts the
    whole queue, to know how long messages are kept, with a clock made of three dates.
    """
    sqs_models.unix_time = time.time
    sqs_models.unix_time_millis = lambda: time.time() * 1000

    def is_kept(self, queue_name, message):
        return self.get_queue(queue_name).message_retention_period + message.sent_timestamp / 1000 > time.time()

    SQSBackend.is_message_valid_based_on_retention_period = is_kept
    # A listing of a thousand objects took 0.15 s, most of it for reading dates that were just written.
    s3_utils._VersionedKeyStore.items = lambda self: [(key, all[-1]) for key, all in list(dict.items(self))]
    s3_responses.S3Response.list_objects_v2 = listed_quickly(s3_responses.S3Response.list_objects_v2)
    modules = list(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def install():
    hasten()
    mend_buckets()
    mend_events()
    mend_functions()
    mend_queues()
    mend_tables()
