// SDK 2.x in each of its modes. `auto` falls back to initialize without a word when its probe is answered
// wrongly, so the version it ends up with is checked too.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { address, report, travel } from "./journey.mjs";

const { url, command } = address();
const ways = [{ way: "http", transport: () => new StreamableHTTPClientTransport(url) }];
if (command) {
  const process = { command, args: ["--stdio"], stderr: "ignore" };
  ways.push({ way: "stdio", transport: () => new StdioClientTransport(process) });
}
const modes = [
  { name: "legacy", mode: "legacy", version: "2025-11-25" },
  { name: "auto", mode: "auto", version: "2026-07-28" },
  { name: "2026-07-28", mode: { pin: "2026-07-28" }, version: "2026-07-28" },
];

for (const { way, transport } of ways) {
  for (const { name, mode, version } of modes) {
    await report("client-2", `${name} over ${way}`, async (checks) => {
      const client = new Client(
        { name: "gatewright-tests", version: "1.0.0" },
        { versionNegotiation: { mode } },
      );
      await client.connect(transport());
      try {
        checks.same(client.getNegotiatedProtocolVersion(), version, "negotiated version");
        checks.that(client.getServerCapabilities()?.tools, "the tools capability is missing");
        checks.that(client.getServerVersion()?.name, "the server gives no name");
        await travel(checks, client);
      } finally {
        await client.close();
      }
    });
  }
}
