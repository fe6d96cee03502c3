#!/usr/bin/env python3
"""Drives an MCP server with the official client library, and prints what it saw as JSON.

    mcp_client.py PLAN -- COMMAND [ARGUMENT...]

PLAN names a file with a JSON object: `mode` (`legacy`, or `auto` for the newest revision), and `steps`, a list of objects:
  list       the tools
  call       {"name", "arguments"}: one call; `progress` to ask for notices of progress
  cancel     the same, given up as soon as the first notice of progress has come
The library holds every structured answer against the output schema of its tool.
"""
import asyncio
import json
import sys

from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client


async def call(client, step):
    notices = []

    async def noticed(progress, total, message):
        notices.append({"progress": progress, "message": message})

    result = await client.call_tool(
        step["name"], step.get("arguments", {}), progress_callback=noticed if step.get("progress") else None
    )
    return {
        "error": bool(result.is_error),
        "text": "".join(block.text for block in result.content if block.type == "text"),
        "structure": result.structured_content,
        "notices": notices,
    }


async def give_up(client, step):
    started = asyncio.Event()

    async def noticed(progress, total, message):
        if message and "head" in message:
            started.set()

    task = asyncio.create_task(client.call_tool(step["name"], step.get("arguments", {}), progress_callback=noticed))
    await asyncio.wait([asyncio.create_task(started.wait()), task], return_when=asyncio.FIRST_COMPLETED)
    was_running = not task.done()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    return {"cancelled": was_running}


async def main():
    plan, command = json.load(open(sys.argv[1])), sys.argv[3:]
    seen = []
    import os
    server = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ), cwd=os.getcwd())
    async with Client(stdio_client(server), mode=plan.get("mode", "auto")) as client:
        for step in plan["steps"]:
            try:
                if "list" in step:
                    tools = (await client.list_tools()).tools
                    seen.append({"tools": [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]})
                elif "call" in step:
                    seen.append(await call(client, dict(step["call"], progress=step.get("progress"))))
                elif "cancel" in step:
                    seen.append(await give_up(client, step["cancel"]))
                elif "wait" in step:
                    await asyncio.sleep(step["wait"])
            except Exception as error:  # What the library makes of an answer is what is tested.
                seen.append({"raised": type(error).__name__, "message": str(error)})
        revision = client.session.protocol_version if hasattr(client.session, "protocol_version") else None
    print(json.dumps({"revision": revision, "seen": seen}))


asyncio.run(main())
