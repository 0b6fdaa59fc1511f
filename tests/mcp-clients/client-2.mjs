// SDK 2.x in each of its modes. `auto` falls back to initialize without a word when its probe is answered
// wrongly, so the version it ends up with is checked too.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { address, report, travel } from "./journey.mjs";

const url = address();
const modes = [
  { name: "legacy", mode: "legacy", version: "2025-11-25" },
  { name: "auto", mode: "auto", version: "2026-07-28" },
  { name: "2026-07-28", mode: { pin: "2026-07-28" }, version: "2026-07-28" },
];

for (const { name, mode, version } of modes) {
  await report("client-2", name, async (checks) => {
    const client = new Client(
      { name: "gatewright-tests", version: "1.0.0" },
      { versionNegotiation: { mode } },
    );
    await client.connect(new StreamableHTTPClientTransport(url));
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
