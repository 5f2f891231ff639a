"""The emulated AWS: a moto server with our CloudFormation and our mends. Started by cloud.ts, stopped with it.

MOTO_PORT             where it listens, on this machine alone
PUBLIC_ENDPOINT       the one endpoint of all AWS APIs, which forwards to here
EMULATION_FOLDER      takes what was deployed and which ignored properties were met
"""

import os
import sys

# Roles may attach AWS's own policies; moto knows them only when asked to.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import announced  # noqa: E402, F401
import functions  # noqa: E402, F401
import mends  # noqa: E402
import stacks  # noqa: E402
import stored  # noqa: E402, F401

stacks.install()
mends.install()

if __name__ == "__main__":
    from moto.server import main

    main(["-H", "127.0.0.1", "-p", os.environ["MOTO_PORT"]])
