"""One tool that calls one upstream and answers with what it said: without sessions, answers as JSON.

    server.py PORT UPSTREAM_PORT
"""

import sys

import httpx2
from fastmcp import FastMCP

own, upstream = (int(port) for port in sys.argv[1:3])
client = httpx2.AsyncClient(
    base_url=f"http://127.0.0.1:{upstream}/api/v1", headers={"Authorization": "Bearer bench"}
)
server = FastMCP("customers")


@server.tool(name="lago-retrieve-customer", description="Lago Retrieve a customer")
async def find(external_id: str) -> str:
    return (await client.get(f"/customers/{external_id}")).text


server.run(
    transport="http",
    host="127.0.0.1",
    port=own,
    stateless_http=True,
    json_response=True,
    show_banner=False,
    log_level="error",
    uvicorn_config={"access_log": False},
)
