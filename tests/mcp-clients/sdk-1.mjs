// SDK 1.x: the initialize handshake, as most clients in the field still speak it.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { address, report, travel } from "./journey.mjs";

const url = address();

await report("sdk-1", "legacy", async (checks) => {
  const client = new Client({ name: "gatewright-tests", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(url);
  await client.connect(transport);
  try {
    checks.same(transport.protocolVersion, "2025-11-25", "negotiated version");
    checks.same(transport.sessionId, undefined, "session id");
    checks.that(client.getServerCapabilities()?.tools, "the tools capability is missing");
    checks.that(client.getServerVersion()?.name, "the server gives no name");
    await client.ping();
    await travel(checks, client);
  } finally {
    await client.close();
  }
});
