// SDK 1.x and 2.x: each holds what a tool answers against its `outputSchema`, and refuses what does not fit.

import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as Stdio1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as Http1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as Stdio2 } from "@modelcontextprotocol/client/stdio";
import { address, report } from "./journey.mjs";

const { url, command } = address();
const process_ = { command, args: ["--stdio"], env: { FLEET_BASE_URI: process.env.FLEET_BASE_URI }, stderr: "ignore" };
const self = { name: "gatewright-tests", version: "1.0.0" };
const clients = {
  "sdk-1 legacy": { client: () => new Client1(self), http: Http1, stdio: Stdio1 },
  "client-2 legacy": { client: () => new Client2(self, { versionNegotiation: { mode: "legacy" } }), http: Http2, stdio: Stdio2 },
  "client-2 2026-07-28": {
    client: () => new Client2(self, { versionNegotiation: { mode: { pin: "2026-07-28" } } }),
    http: Http2,
    stdio: Stdio2,
  },
};

for (const [name, { client, http, stdio }] of Object.entries(clients)) {
  await travelBy(name, "http", client(), new http(url));
  if (command) await travelBy(name, "stdio", client(), new stdio(process_));
}

async function travelBy(name, way, client, transport) {
  await report("shapes", `${name} over ${way}`, async (checks) => {
    await client.connect(transport);
    try {
      const { tools } = await client.listTools();
      checks.same(
        tools.filter((tool) => tool.outputSchema).map((tool) => tool.name),
        ["list-ships", "get-ship", "scrap-ship"],
        "tools with a schema",
      );
      for (const [name, args] of [
        ["list-ships", {}],
        ["get-ship", { id: "full" }],
        ["get-ship", { id: "sparse" }],
        ["get-ship", { id: "empty" }],
      ]) {
        const result = await client.callTool({ name, arguments: args });
        checks.that(!result.isError, `${name} failed: ${JSON.stringify(result)}`);
        checks.same(typeof result.structuredContent, "object", `structuredContent of ${name}`);
        if (args.id !== "empty")
          checks.same(JSON.parse(result.content[0].text), result.structuredContent, `the text of ${name}`);
      }
      for (const id of ["wrong", "none"]) {
        const result = await client.callTool({ name: "get-ship", arguments: { id } });
        checks.same(result.isError, true, `isError of ${id}`);
        checks.same(result.structuredContent, undefined, `structuredContent of ${id}`);
      }
      const crew = await client.callTool({ name: "get-crew", arguments: { id: "full" } });
      checks.same(crew.content[0].text, '["Ana",null]', "get-crew");
    } finally {
      await client.close();
    }
  });
}
