"""CloudFormation on moto that honours every property of a template or refuses it by name.

moto reads the template (references, conditions, exports, order) and this module makes each resource through its own
API. A handler takes the properties it honours; what nobody took, and `ignored.json` does not name, fails the stack.
"""

import functools
import json
import os
import re
import secrets

import boto3
import moto.cloudformation.parsing as parsing
from botocore.config import Config
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

ACCOUNT = "123456789012"
FOLDER = os.environ["EMULATION_FOLDER"]
HERE = os.path.dirname(os.path.abspath(__file__))

with open(os.environ.get("EMULATION_IGNORED", os.path.join(HERE, "ignored.json")), encoding="utf8") as file:
    IGNORED = json.load(file)

TYPES = {}
ATTRIBUTES_OF_A_RESOURCE = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
}
SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
}


@functools.cache
def client(service, region):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
        aws_access_key_id="cloudformation",
        aws_secret_access_key="emulated",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
    )


class Refused(Exception):
    """What the emulation does not honour."""


class Properties:
    """The properties of a resource, or a part of them, which remember what was taken."""

    def __init__(self, value, path=""):
        self.value, self.path = value, path
        self.taken, self.opened = set(), {}

    def __contains__(self, name):
        return name in self.value

    def take(self, name, default=None):
        """A whole value: whoever takes it honours all of it, or hands it to an API that refuses what it knows not."""
        self.taken.add(name)
        return self.value.get(name, default)

    def pick(self, *names):
        return {name: self.take(name) for name in names if name in self.value}

    def all(self):
        return self.pick(*self.value)

    def part(self, name):
        return self.opened.setdefault(name, [Properties(self.value.get(name, {}), f"{self.path}{name}.")])[0]

    def parts(self, name):
        items = self.value.get(name, [])
        return self.opened.setdefault(name, [Properties(item, f"{self.path}{name}[].") for item in items])

    def left(self):
        for name in self.value:
            if name in self.opened:
                for part in self.opened[name]:
                    yield from part.left()
            elif name not in self.taken:
                yield f"{self.path}{name}"


class Resource:
    """What a handler is given: where the resource belongs, its name if it has none of its own, its properties."""

    def __init__(self, type_, logical_id, name, region, values):
        self.type, self.logical_id, self.name, self.region = type_, logical_id, name, region
        self.values = values
        self.properties = Properties(values)

    def api(self, service):
        return client(service, self.region)

    def tags(self, key="Key", value="Value"):
        return [{key: tag["Key"], value: tag["Value"]} for tag in self.properties.take("Tags", [])]

    def ignore(self, path):
        note_ignored(self.type, path)


def kind(type_, *, name=None, delete=None, update=None):
    """Declares how a type is made. The function returns the physical id and the attributes of Fn::GetAtt."""

    def declare(create):
        TYPES[type_] = model(type_, create, delete, update, name)
        return create

    return declare


def note_ignored(type_, path):
    if path not in IGNORED.get(type_, {}):
        raise Refused(
            f"the emulation ignores {type_} {path}: honour it, or say in ignored.json why it does not matter"
        )
    with open(os.path.join(FOLDER, "ignored-used.jsonl"), "a", encoding="utf8") as used:
        used.write(json.dumps([type_, path]) + "\n")


def check_nothing_left(resource):
    for path in resource.properties.left():
        note_ignored(resource.type, path)


def kept(sent, back, path=""):
    """Fails where an API accepted what it then forgot, which would be a property ignored without a word."""
    if isinstance(sent, dict) and isinstance(back, dict):
        for name, value in sent.items():
            if name not in back:
                raise Refused(f"the emulated API forgot {path}{name}")
            kept(value, back[name], f"{path}{name}.")
    elif isinstance(sent, list) and isinstance(back, list):
        if len(sent) != len(back):
            raise Refused(f"the emulated API forgot a part of {path.rstrip('.')}")
        for one, other in zip(sent, back):
            kept(one, other, path)
    elif not same(sent, back):
        raise Refused(f"the emulated API keeps {path.rstrip('.')} as {back!r}, and was given {sent!r}")


def same(sent, back):
    """APIs give numbers back as floats or texts, and truths as texts."""
    try:
        return float(sent) == float(back)
    except (TypeError, ValueError):
        return str(sent).lower() == str(back).lower()


def record(resource, stack_id, identity, attributes):
    """For whoever runs and judges what was deployed: the functions' runtime, the queues' pump, the permissions."""
    line = {
        "stack": stack_id.split("/")[1] if stack_id else None,
        "type": resource.type,
        "logicalId": resource.logical_id,
        "id": identity,
        "attributes": attributes,
        "properties": resource.values,
    }
    with open(os.path.join(FOLDER, "resources.jsonl"), "a", encoding="utf8") as file:
        file.write(json.dumps(line, default=str) + "\n")


def model(type_, create, delete, update, name):
    """A class as moto's parser wants one."""

    def make(cls, resource_name, cloudformation_json, account_id, region_name, **of):
        del account_id
        made = cls()
        logical_id = of.get("LogicalId", resource_name)
        made.stack_id = of.get("StackId")
        made.resource = Resource(
            type_, logical_id, resource_name, region_name, cloudformation_json.get("Properties", {})
        )
        explained(made, lambda: create(made.resource))
        for attribute in set(cloudformation_json) - ATTRIBUTES_OF_A_RESOURCE:
            explained(made, lambda attribute=attribute: (note_ignored(type_, f"({attribute})"), None))
        return made

    def explained(made, act):
        try:
            outcome = act()
            if outcome[1] is not None:
                made.physical_resource_id, made.attributes = outcome
                check_nothing_left(made.resource)
                record(made.resource, made.stack_id, made.physical_resource_id, made.attributes)
        except Exception as error:
            raise ValidationError(message=f"{made.resource.logical_id} ({type_}): {error}") from error

    def change(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        del cls, new_resource_name, account_id
        made = original_resource
        if update is None:
            raise ValidationError(
                message=f"{made.resource.logical_id} ({type_}): the emulation cannot change one in place"
            )
        identity = made.physical_resource_id
        values = cloudformation_json.get("Properties", {})
        made.resource = Resource(type_, made.resource.logical_id, identity, region_name, values)
        explained(made, lambda: (identity, update(made.resource, identity) or made.attributes))
        return made

    def attribute(self, wanted):
        if wanted not in self.attributes:
            raise ValidationError(
                message=f"{self.resource.logical_id} ({type_}): the emulation knows no attribute {wanted}"
            )
        return self.attributes[wanted]

    def remove(self, *_):
        if delete:
            delete(self.resource, self.physical_resource_id)

    return type(
        re.sub(r"\W+", "", type_),
        (CloudFormationModel,),
        {
            "cloudformation_name_type": staticmethod(lambda: name or ""),
            "cloudformation_type": staticmethod(lambda: type_),
            "has_cfn_attr": classmethod(lambda cls, wanted: True),
            "get_cfn_attribute": attribute,
            "create_from_cloudformation_json": classmethod(make),
            "update_from_cloudformation_json": classmethod(change),
            "is_created": lambda self: True,
            "delete": remove,
        },
    )


def model_of(type_):
    if type_ not in TYPES:
        raise ValidationError(message=f"The emulation of CloudFormation knows no {type_}")
    return TYPES[type_]


def physical_name(type_, stack, logical_id):
    """As CloudFormation makes them, and within the 63 or 64 characters that most services allow."""
    name = f"{stack[:24]}-{logical_id[:24]}-{secrets.token_hex(6).upper()}"
    return name.lower() if type_ == "AWS::S3::Bucket" else name


def check_sections(resources):
    for section in set(resources._template) - SECTIONS:
        note_ignored("Template", section)


def install():
    load = parsing.ResourceMap.load

    def strict_load(self):
        try:
            check_sections(self)
        except Refused as error:
            raise ValidationError(message=str(error)) from error
        for resource in self._template.get("Resources", {}).values():
            model_of(resource["Type"])
        load(self)

    parsing.ResourceMap.load = strict_load
    parsing.resource_class_from_type = model_of
    parsing.resource_name_property_from_type = (
        lambda type_: model_of(type_).cloudformation_name_type() or None
    )
    parsing.generate_resource_name = physical_name
