// Clients that are refused, find the authorization server by the metadata of the resource, get a token for it there, and
// are let in with it. What issues the tokens signs them with a library that is not ours.
//
//     node oauth.mjs TEMPLATES, the program that is built of codegen/tests/golden/templates.yaml

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ClientCredentialsProvider as Provider1 } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { Client as Client2, ClientCredentialsProvider as Provider2, StreamableHTTPClientTransport as Transport2 } from "@modelcontextprotocol/client";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { report } from "./journey.mjs";

const program = process.argv[2];
if (!program) {
  console.error("usage: node oauth.mjs TEMPLATES");
  process.exit(2);
}

const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
const SCOPE = "words:say";

/** Issues tokens, and is the upstream of the gateway at /notes. */
class Server {
  algorithm = ALGORITHMS[0];
  keys = new Map();
  upstream = [];
  tokens = [];

  async start() {
    for (const algorithm of ALGORITHMS) {
      const options = algorithm === "EdDSA" ? { crv: "Ed25519" } : {};
      this.keys.set(algorithm, await generateKeyPair(algorithm, options));
    }
    this.http = createServer((request, response) => this.answer(request, response));
    await once(this.http.listen(0, "127.0.0.1"), "listening");
    this.issuer = `http://127.0.0.1:${this.http.address().port}`;
  }

  async answer(request, response) {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = new URL(request.url, this.issuer).pathname;
    const json = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (path === "/.well-known/oauth-authorization-server") {
      return json(200, {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        jwks_uri: `${this.issuer}/keys`,
        response_types_supported: ["code"],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic"],
        code_challenge_methods_supported: ["S256"],
      });
    }
    if (path === "/keys") {
      const keys = [...this.keys].map(async ([algorithm, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid: algorithm,
        alg: algorithm,
        use: "sig",
      }));
      return json(200, { keys: await Promise.all(keys) });
    }
    if (path === "/token") return json(200, await this.issue(new URLSearchParams(body)));
    if (path.startsWith("/notes")) {
      this.upstream.push(JSON.stringify(request.headers) + request.url + body);
      return json(200, { said: true });
    }
    json(404, {});
  }

  async issue(form) {
    const token = await this.sign({ aud: form.get("resource"), scope: form.get("scope") ?? SCOPE });
    return { access_token: token, token_type: "Bearer", expires_in: 300 };
  }

  async sign({ aud, scope, iss = this.issuer, expiry = "5m" }) {
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: this.algorithm, kid: this.algorithm, typ: "at+jwt" })
      .setIssuer(iss)
      .setAudience(aud)
      .setSubject("agent")
      .setIssuedAt()
      .setExpirationTime(expiry)
      .sign(this.keys.get(this.algorithm).privateKey);
    this.tokens.push(token);
    return token;
  }
}

/** A port that was free a moment ago: the resource names it before the gateway listens. */
async function freePort() {
  const probe = createServer();
  await once(probe.listen(0, "127.0.0.1"), "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

async function startGateway(server, port) {
  const flags = ["--admin-port", "off", "--log-level", "debug", "--notes-base-uri", `${server.issuer}/notes`];
  flags.push("--messages-base-uri", `${server.issuer}/messages`);
  for (const adapter of ["templates-rest", "templates-mcp", "words", "words-mcp", "tokens"]) {
    flags.push(`--${adapter}-port`, "0");
  }
  flags.push("--tokens-mcp-port", String(port), "--tokens-mcp-resource", `http://127.0.0.1:${port}/mcp`);
  const gateway = spawn(program, flags, {
    env: {
      REGION: "eu",
      TOKENS_HOST: "api.test",
      TEMPLATES_TENANT: "t",
      TEMPLATES_SIGNATURE: "s",
      TEMPLATES_CALLER_TOKEN: "a",
      TEMPLATES_CALLER_KEY: "b",
      TEMPLATES_CALLER_PASSWORD: "c",
      TEMPLATES_ISSUER: server.issuer,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = [];
  await new Promise((resolve, reject) => {
    createInterface({ input: gateway.stderr }).on("line", (line) => {
      said.push(line);
      if (line.includes("listening on") && line.includes("tokens-mcp")) resolve();
    });
    gateway.on("exit", () => reject(new Error(`the gateway ended: ${said.join("\n")}`)));
  });
  return { gateway, said };
}

const server = new Server();
await server.start();
const port = await freePort();
const { gateway, said } = await startGateway(server, port);
const url = new URL(`http://127.0.0.1:${port}/mcp`);

const CLIENTS = [
  { name: "sdk-1", Client: Client1, Transport: Transport1, Provider: Provider1, options: {} },
  { name: "client-2 2026-07-28", Client: Client2, Transport: Transport2, Provider: Provider2, options: { versionNegotiation: { mode: { pin: "2026-07-28" } } } },
  { name: "client-2 legacy", Client: Client2, Transport: Transport2, Provider: Provider2, options: { versionNegotiation: { mode: "legacy" } } },
];

for (const { name, Client, Transport, Provider, options } of CLIENTS) {
  for (const algorithm of ALGORITHMS) {
    await report(name, `oauth with ${algorithm}`, async (checks) => {
      server.algorithm = algorithm;
      const issued = server.tokens.length;
      const authProvider = new Provider({
        clientId: "agent",
        clientSecret: "canary",
        expectedIssuer: server.issuer,
      });
      const client = new Client({ name: "gatewright-tests", version: "1.0.0" }, options);
      await client.connect(new Transport(url, { authProvider }));
      try {
        const { tools } = await client.listTools();
        checks.same(tools.map((tool) => tool.name), ["say"], "tools");
        const result = await client.callTool({ name: "say", arguments: { word: "x" } });
        checks.that(result.isError !== true, `the call failed: ${JSON.stringify(result)}`);
        checks.same(server.tokens.length - issued, 1, "tokens that were issued");
      } finally {
        await client.close();
      }
    });
  }
}

await report("fetch", "what is refused", async (checks) => {
  const status = async (token) => {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    if (token) headers.authorization = `Bearer ${token}`;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
    return (await fetch(url, { method: "POST", headers, body })).status;
  };
  const good = { aud: url.href, scope: SCOPE };
  checks.same(await status(await server.sign(good)), 200, "a good token");
  checks.same(await status(), 401, "no token");
  checks.same(await status(await server.sign({ ...good, aud: "https://other.test" })), 401, "another audience");
  checks.same(await status(await server.sign({ ...good, iss: "https://other.test" })), 401, "another issuer");
  checks.same(await status(await server.sign({ ...good, expiry: "-1m" })), 401, "an expired token");
  checks.same(await status(await server.sign({ ...good, scope: "words:read" })), 403, "another scope");
  const [head, claims, signature] = (await server.sign(good)).split(".");
  checks.same(await status(`${head}.${claims}.${signature.split("").reverse().join("")}`), 401, "another signature");
});

await report("gateway", "no token goes on", async (checks) => {
  checks.same(server.upstream.length, CLIENTS.length * ALGORITHMS.length, "calls of the upstream");
  for (const place of [...server.upstream, ...said]) {
    checks.that(!/authorization|canary/i.test(place.replace(/authorization server/g, "")), `told: ${place}`);
    checks.that(!server.tokens.some((token) => place.includes(token)), `told: ${place}`);
  }
});

gateway.removeAllListeners("exit");
gateway.kill();
server.http.close();
server.http.closeAllConnections();
