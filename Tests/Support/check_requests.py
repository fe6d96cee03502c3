#!/usr/bin/env python3
"""Holds logged requests against the types of the vendors' own client libraries: openai and anthropic from PyPI.

    check_requests.py LOG

Prints one line for each request, and ends with status 1 where one of them is not what the library would send.
"""
import json
import sys

from anthropic.types.message_create_params import MessageCreateParamsStreaming
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter

TYPES = {
    "responses": ResponseCreateParamsStreaming,
    "messages": MessageCreateParamsStreaming,
    "completions": CompletionCreateParamsStreaming,
}


def walk(value):
    """Goes through everything: what is declared as an iterable is checked only when somebody iterates."""
    if isinstance(value, dict):
        return {key: walk(one) for key, one in value.items()}
    if isinstance(value, (str, bytes, int, float, bool)) or value is None:
        return value
    return [walk(one) for one in value]


def main():
    bad = count = 0
    for line in open(sys.argv[1]):
        entry = json.loads(line)
        kind = entry["path"].split("?")[0].rsplit("/", 1)[-1]
        if kind not in TYPES:
            continue
        count += 1
        adapter = TypeAdapter(TYPES[kind])
        known = set(TYPES[kind].__annotations__) | {
            name for base in TYPES[kind].__orig_bases__ for name in getattr(base, "__annotations__", {})
        }
        try:
            unknown = set(entry["body"]) - known
            if unknown:
                raise ValueError("the library knows nothing of %s" % ", ".join(sorted(unknown)))
            walk(adapter.validate_python(entry["body"]))
            print("ok", entry["path"])
        except Exception as error:
            bad += 1
            print("bad", entry["path"], str(error)[:600])
    if count == 0:
        print("no requests")
    sys.exit(1 if bad or count == 0 else 0)


main()
