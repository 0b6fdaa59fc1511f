// The API behind the conformance capability. Says on standard output which port it listens on.

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const SLOW_MS = 500;

/** What each path answers: a status, a media type, a text. */
const answers = {
  "/text": async () => [200, "text/plain", "This is a simple text response for testing."],
  "/error": async () => [500, "text/plain", "This tool intentionally returns an error for testing"],
  "/slow": async () => {
    await pause(SLOW_MS);
    return [200, "text/plain", "It took a while."];
  },
};

async function echo(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = JSON.parse(Buffer.concat(parts).toString());
  return [200, "application/json", JSON.stringify({ target: request.url, body })];
}

const server = createServer(async (request, response) => {
  const answer = request.method === "POST" ? echo : answers[request.url];
  const [status, type, text] = answer ? await answer(request) : [404, "text/plain", "Not found"];
  response.writeHead(status, { "content-type": type }).end(text);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
