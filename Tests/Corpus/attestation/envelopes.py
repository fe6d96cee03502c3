"""What somebody can do to noted envelopes who may push, and, with a key, to the statements in them."""

import base64
import json
import subprocess
import sys

scratch = sys.argv[1]
lines = [line for line in open(f"{scratch}/lines").read().split("\n") if line]
NAMESPACE = "gatekeeper@git-gatekeeper"


def is_summary(line):
    return b"verification_summary" in payload(line)


def payload(line):
    return base64.b64decode(json.loads(line)["payload"])


summary = [line for line in lines if is_summary(line)][0]


def edit(line, change):
    """The same envelope with another payload; the signature stays what it was."""
    envelope = json.loads(line)
    envelope["payload"] = base64.b64encode(change(payload(line))).decode()
    return json.dumps(envelope)


def sign(body, key, namespace=NAMESPACE):
    """An envelope of its own, signed by a key of the scratch folder."""
    kind = "application/vnd.in-toto+json"
    encoded = f"DSSEv1 {len(kind)} {kind} {len(body)} ".encode() + body
    made = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", f"{scratch}/{key}"],
        input=encoded, capture_output=True, check=True,
    ).stdout.decode()
    signature = "".join(line.strip() for line in made.splitlines() if not line.startswith("-----"))
    return json.dumps({
        "payloadType": kind,
        "payload": base64.b64encode(body).decode(),
        "signatures": [{"sig": signature}],
    })
