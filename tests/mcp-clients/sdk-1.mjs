// SDK 1.x: the initialize handshake, as most clients in the field still speak it.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { address, report, travel } from "./journey.mjs";

const { url, command } = address();

await travelBy("http", new StreamableHTTPClientTransport(url), (checks, transport) => {
  checks.same(transport.protocolVersion, "2025-11-25", "negotiated version");
  checks.same(transport.sessionId, undefined, "session id");
});
if (command) await travelBy("stdio", new StdioClientTransport({ command, args: ["--stdio"], stderr: "ignore" }));

async function travelBy(way, transport, check = () => {}) {
  await report("sdk-1", `legacy over ${way}`, async (checks) => {
    const client = new Client({ name: "gatewright-tests", version: "1.0.0" });
    await client.connect(transport);
    try {
      check(checks, transport);
      checks.that(client.getServerCapabilities()?.tools, "the tools capability is missing");
      checks.that(client.getServerVersion()?.name, "the server gives no name");
      await client.ping();
      await travel(checks, client);
    } finally {
      await client.close();
    }
  });
}
