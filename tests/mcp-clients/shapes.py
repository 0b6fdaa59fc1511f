"""The Python SDK, and a validator beside it: what a tool answers is what its `outputSchema` says."""

import json
import os
import subprocess
import sys

import anyio
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from client import Checks, text

SCHEMAS = {"list-ships": True, "get-ship": True, "get-crew": False, "scrap-ship": True, "raw-ship": False}
CALLS = [
    ("list-ships", {}),
    ("get-ship", {"id": "full"}),
    ("get-ship", {"id": "sparse"}),
    ("get-ship", {"id": "empty"}),
]


async def travel(checks, client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    checks.same({name: tool.output_schema is not None for name, tool in tools.items()}, SCHEMAS, "tools with a schema")
    for name, arguments in CALLS:
        what = f"{name} {arguments}"
        # The client itself holds the result against the schema.
        result = await client.call_tool(name, arguments)
        checks.that(not result.is_error, f"{what} failed: {text(result)}")
        schema = tools[name].output_schema
        Draft202012Validator.check_schema(schema)
        complaints = [error.message for error in Draft202012Validator(schema).iter_errors(result.structured_content)]
        checks.same(complaints, [], f"what the validator says of {what}")
        if arguments.get("id") != "empty":
            checks.same(json.loads(text(result)), result.structured_content, f"the text of {what}")
    for name, id, told in [("get-ship", "wrong", "$.decks"), ("get-ship", "none", "404")]:
        result = await client.call_tool(name, {"id": id})
        checks.same(result.is_error, True, f"isError of {name} {id}")
        checks.same(result.structured_content, None, f"structuredContent of {name} {id}")
        checks.that(told in text(result), f"{name} {id} must tell {told}: {text(result)}")
    crew = await client.call_tool("get-crew", {"id": "full"})
    checks.same((text(crew), crew.structured_content), ('["Ana",null]', None), "get-crew")


async def run(way, server, mode, version):
    what = f"shapes.py {mode} over {way}"
    checks = Checks()
    try:
        async with Client(server, mode=mode, read_timeout_seconds=30) as client:
            checks.same(client.protocol_version, version, "negotiated version")
            await travel(checks, client)
    except Exception as error:  # a group wraps what went wrong in the client's tasks
        while nested := getattr(error, "exceptions", None):
            error = nested[0]
        print(f"FAILED {what}, after {checks.count} checks: {error}", file=sys.stderr)
        return False
    print(f"ok {what}: {checks.count} checks")
    return True


async def main(url, command=None):
    ways = {"http": lambda: url}
    if command:
        variables = {"FLEET_BASE_URI": os.environ["FLEET_BASE_URI"]}
        process = StdioServerParameters(command=command, args=["--stdio"], env=variables)
        ways["stdio"] = lambda: stdio_client(process, errlog=subprocess.DEVNULL)
    outcomes = [
        await run(way, server(), mode, version)
        for way, server in ways.items()
        for mode, version in [("auto", "2026-07-28"), ("legacy", "2025-11-25")]
    ]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: shapes.py http://127.0.0.1:PORT/mcp [GATEWAY]")
    sys.exit(anyio.run(main, *sys.argv[1:]))
