#!/usr/bin/env python3
"""A loopback server that speaks as models do, and says what a script tells it to.

    model_server.py SCRIPT LOG PORTFILE

SCRIPT is a JSON list of steps; each request to a model takes the next one, and the last one again and again. It may
also be an object of such lists, of which the first part of a request's path names one. LOG gets
one line of JSON for each request: path, headers and body. PORTFILE gets the port once the server listens.

A step is an object:
  text       what the model says
  answer     the same as a JSON document; given as structured output where the client asks for that by a tool
  tool       {"name", "arguments"}: a call of a tool instead of words; `namespace` where the client keeps tools in some
  refusal    the model refuses, with these words
  incomplete the answer ends early, for this reason
  status     an HTTP error, with `body` (object or text), `type` and `headers`
  raw        these bytes as the body, with `type`
  plain      a whole document instead of a stream
  cut        the stream ends in the middle
  silent     nothing is ever sent
  fill       names with patterns: {{name}} in the answer is what the first group matches in the request
  delay      seconds before anything is sent
  drip       seconds between the parts of a stream, each of a few characters
  flood      this many bytes of a stream that never ends
  event      an object that is sent as an event in the middle of the stream, in place of its end
"""
import http.server
import json
import os
import re
import sys
import threading
import time

lock = threading.Lock()
state = {"responses": 0}
taken = {}


def main():
    script, log, port_file = sys.argv[1:4]
    with open(script) as file:
        steps = json.load(file)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.answer(200, {"object": "list", "data": []})

        def do_HEAD(self):
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_POST(self):
            length = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(length)
            try:
                body = json.loads(raw)
            except ValueError:
                body = {"unreadable": len(raw)}
            path = self.path.split("?")[0]
            entry = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
            with lock, open(log, "a") as file:
                file.write(json.dumps(entry) + "\n")
            if path.endswith("/count_tokens"):
                return self.answer(200, {"input_tokens": 10})
            speaker = {"responses": responses, "messages": messages, "completions": chat}.get(path.rsplit("/", 1)[-1])
            if speaker is None:
                return self.answer(404, {"error": {"message": "no such place"}})
            if speaker is messages and ends_structured(body):
                return self.play({"text": "done"}, body, speaker)
            name = path.split("/")[1]
            mine = steps[name] if isinstance(steps, dict) else steps
            with lock:
                step = mine[min(taken.get(name, 0), len(mine) - 1)]
                taken[name] = taken.get(name, 0) + 1
            try:
                self.play(step, body, speaker)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def play(self, step, body, speaker):
            time.sleep(step.get("delay", 0))
            if step.get("silent"):
                time.sleep(3600)
            if "status" in step:
                return self.answer(step["status"], step.get("body", {}), step.get("headers", {}), step.get("type"))
            if "raw" in step:
                return self.answer(200, step["raw"], step.get("headers", {}), step.get("type", "application/json"))
            document, events = speaker(filled(step, body), body)
            if step.get("plain") or not body.get("stream"):
                return self.answer(200, document)
            self.stream(step, events, speaker)

        def answer(self, status, body, headers={}, kind=None):
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", kind or "application/json")
            self.send_header("content-length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def stream(self, step, events, speaker):
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            if "flood" in step:
                left = step["flood"]
                while left > 0:
                    self.wfile.write(b": " + b"x" * 65536 + b"\n")
                    left -= 65536
                return
            if "event" in step or step.get("cut"):
                events = events[: len(events) // 2]
            if "event" in step:
                events = events + [(step["event"].get("type", ""), step["event"])]
            for name, data in events:
                text = ("event: %s\n" % name if name and speaker is not chat else "") + "data: %s\n\n" % (
                    data if isinstance(data, str) else json.dumps(data)
                )
                for part in [text[i : i + 16] for i in range(0, len(text), 16)] if "drip" in step else [text]:
                    self.wfile.write(part.encode())
                    self.wfile.flush()
                    time.sleep(step.get("drip", 0))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(port_file + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


def filled(step, body):
    said, asked = json.dumps(step), json.dumps(body)
    for name, pattern in step.get("fill", {}).items():
        found = re.search(pattern, asked)
        said = said.replace("{{%s}}" % name, found.group(1) if found else "")
    return json.loads(said)


def words(step):
    return json.dumps(step["answer"]) if "answer" in step else step.get("text", "")


def responses(step, body):
    with lock:
        state["responses"] += 1
        name = "resp_%d" % state["responses"]
    if "tool" in step:
        item = {
            "type": "function_call", "id": "fc_1", "call_id": "call_%s" % name, "status": "completed",
            "name": step["tool"]["name"], "arguments": json.dumps(step["tool"]["arguments"]),
        }
        if "namespace" in step["tool"]:
            item["namespace"] = step["tool"]["namespace"]
        if step["tool"].get("custom"):
            item = {
                "type": "custom_tool_call", "id": "ctc_1", "call_id": "call_%s" % name, "status": "completed",
                "name": step["tool"]["name"], "input": step["tool"]["arguments"],
            }
    else:
        part = {"type": "output_text", "text": words(step), "annotations": []}
        if "refusal" in step:
            part = {"type": "refusal", "refusal": step["refusal"]}
        item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    document = {
        "id": name, "object": "response", "created_at": 1, "model": body.get("model", ""), "status": "completed",
        "output": [item], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "error": None,
        "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1, "top_p": 1,
        "usage": {
            "input_tokens": 120, "input_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 0},
            "output_tokens": 30, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 150,
        },
    }
    kind = "response.completed"
    if "incomplete" in step:
        document["status"] = "incomplete"
        document["incomplete_details"] = {"reason": step["incomplete"]}
        kind = "response.incomplete"
    events = [
        {"type": "response.created", "response": dict(document, output=[], status="in_progress", usage=None)},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": kind, "response": document},
    ]
    for number, event in enumerate(events):
        event["sequence_number"] = number
    return document, [(event["type"], event) for event in events]


def ends_structured(body):
    """Whether the client only reports that its structured output has arrived."""
    messages = body.get("messages") or []
    if not messages or not isinstance(messages[-1].get("content"), list):
        return False
    ids = {
        block.get("id")
        for message in messages
        if isinstance(message.get("content"), list)
        for block in message["content"]
        if block.get("type") == "tool_use" and block.get("name") == "StructuredOutput"
    }
    return any(
        block.get("type") == "tool_result" and block.get("tool_use_id") in ids and not block.get("is_error")
        for block in messages[-1]["content"]
    )


def messages(step, body):
    with lock:
        state["responses"] += 1
        name = state["responses"]
    structured = any(tool.get("name") == "StructuredOutput" for tool in body.get("tools") or [])
    call = step.get("tool")
    if "answer" in step and structured:
        call = {"name": "StructuredOutput", "arguments": step["answer"]}
    reason = "tool_use" if call else "end_turn"
    if call:
        block = {"type": "tool_use", "id": "toolu_%d" % name, "name": call["name"], "input": call["arguments"]}
    else:
        block = {"type": "text", "text": step.get("refusal") or words(step)}
    if "refusal" in step:
        reason = "refusal"
    if "incomplete" in step:
        reason = "max_tokens"
    usage = {
        "input_tokens": 100, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 20, "output_tokens": 30,
    }
    document = {
        "id": "msg_%d" % name, "type": "message", "role": "assistant", "model": body.get("model", ""),
        "content": [block], "stop_reason": reason, "stop_sequence": None, "usage": usage,
    }
    start = dict(block, input={}) if call else dict(block, text="")
    delta = (
        {"type": "input_json_delta", "partial_json": json.dumps(call["arguments"])}
        if call
        else {"type": "text_delta", "text": block["text"]}
    )
    events = [
        {"type": "message_start", "message": dict(document, content=[], stop_reason=None)},
        {"type": "content_block_start", "index": 0, "content_block": start},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None},
         "usage": {"output_tokens": 30}},
        {"type": "message_stop"},
    ]
    return document, [(event["type"], event) for event in events]


def chat(step, body):
    message = {"role": "assistant", "content": words(step)}
    reason = "length" if "incomplete" in step else "stop"
    if "refusal" in step:
        message["refusal"] = step["refusal"]
    if "tool" in step:
        function = {"name": step["tool"]["name"], "arguments": json.dumps(step["tool"]["arguments"])}
        message["tool_calls"] = [{"index": 0, "id": "call_1", "type": "function", "function": function}]
        reason = "tool_calls"
    usage = {"prompt_tokens": 100, "completion_tokens": 30, "total_tokens": 130}
    common = {"id": "chatcmpl-1", "created": 1, "model": body.get("model", "")}
    document = dict(common, object="chat.completion", usage=usage, choices=[
        {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    ])
    chunk = lambda delta, reason=None: dict(common, object="chat.completion.chunk", choices=[
        {"index": 0, "delta": delta, "finish_reason": reason}
    ])
    text = message.pop("content")
    message["content"] = text
    half = len(text) // 2
    events = [
        chunk({"role": "assistant", "content": text[:half]}),
        chunk(dict({k: v for k, v in message.items() if k not in ("role", "content")}, content=text[half:])),
        chunk({}, reason),
        dict(common, object="chat.completion.chunk", choices=[], usage=usage),
        "[DONE]",
    ]
    return document, [("", event) for event in events]


main()
