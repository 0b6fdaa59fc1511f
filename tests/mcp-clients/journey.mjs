// What every client must see of the nine Lago tools, whatever library or protocol revision carries it.

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const expected = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8"));

export const CUSTOMER = { external_id: "cust-mcp", name: "MCP" };
export const UNKNOWN_TOOL = "lago-no-such-tool";
const INVALID_PARAMS = -32602;

/** Counts what held; the first thing that does not hold is thrown. */
export class Checks {
  count = 0;

  that(holds, complaint) {
    if (!holds) throw new Error(complaint);
    this.count += 1;
  }

  same(actual, wanted, what) {
    this.that(
      isDeepStrictEqual(actual, wanted),
      `${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`,
    );
  }
}

/** Runs `journey`, says how it went, and sets the exit status. */
export async function report(client, mode, journey) {
  const checks = new Checks();
  try {
    await journey(checks);
    console.log(`ok ${client} ${mode}: ${checks.count} checks`);
  } catch (error) {
    let root = error;
    while (root.cause?.message) root = root.cause;
    const cause = root === error ? "" : ` (${root.message})`;
    console.error(`FAILED ${client} ${mode}, after ${checks.count} checks: ${error.message}${cause}`);
    process.exitCode = 1;
  }
}

/** Where the gateway is, and where one is given the program that serves another over standard input and output. */
export function address() {
  const [url, command] = process.argv.slice(2);
  if (!url) {
    console.error("usage: node SCRIPT http://127.0.0.1:PORT/mcp [GATEWAY]");
    process.exit(2);
  }
  return { url: new URL(url), command };
}

/** The list: nothing missing, nothing added, in the file's order, with all that clients show and act on. */
export function checkTools(checks, tools) {
  checks.same(tools.map((tool) => tool.name), expected.map((tool) => tool.name), "tool names, in order");
  expected.forEach((wanted, index) => {
    const { name, title, description, annotations, inputSchema } = tools[index];
    checks.same(title, wanted.title, `title of ${name}`);
    checks.same(description, wanted.description, `description of ${name}`);
    checks.same(annotations, wanted.annotations, `annotations of ${name}`);
    checks.same(inputSchema.type, "object", `inputSchema.type of ${name}`);
    checks.same(inputSchema.additionalProperties, false, `inputSchema.additionalProperties of ${name}`);
    checks.same(
      Object.keys(inputSchema.properties ?? {}).sort(),
      [...wanted.required, ...wanted.optional].sort(),
      `arguments of ${name}`,
    );
    checks.same([...(inputSchema.required ?? [])].sort(), [...wanted.required].sort(), `required arguments of ${name}`);
  });
}

/** A successful answer that holds our customer, as JSON text and, where it is given, structured as well. */
export function checkCustomer(checks, result, what) {
  checks.that(result.isError !== true, `${what} failed: ${text(result)}`);
  const answer = parse(text(result), what);
  checks.same(answer.customer?.external_id, CUSTOMER.external_id, `customer.external_id of ${what}`);
  checks.same(answer.customer?.name, CUSTOMER.name, `customer.name of ${what}`);
  if (result.structuredContent !== undefined) {
    checks.same(result.structuredContent, answer, `structuredContent of ${what}`);
  }
}

/** A failed call: a result that says why, for the model to read, and no protocol error. */
export function checkToolError(checks, result, needle, what) {
  checks.same(result.isError, true, `isError of ${what}`);
  checks.that(text(result).includes(needle), `${what}: the text must name ${needle}, got ${JSON.stringify(text(result))}`);
}

/** The whole way, for clients with `listTools` and `callTool`. */
export async function travel(checks, client) {
  const { tools, nextCursor } = await client.listTools();
  checks.same(nextCursor, undefined, "nextCursor");
  checkTools(checks, tools);

  const call = (name, args) => client.callTool({ name, arguments: args });
  const external_id = CUSTOMER.external_id;

  checkCustomer(checks, await call("lago-create-customer", { body: { customer: CUSTOMER } }), "create");
  checkCustomer(checks, await call("lago-retrieve-customer", { external_id }), "retrieve");
  checkToolError(
    checks,
    await call("lago-retrieve-customer-past-usage", { external_customer_id: external_id }),
    "external_subscription_id",
    "a call without a required argument",
  );
  checkToolError(
    checks,
    await call("lago-retrieve-customer", { external_id, surplus: "1" }),
    "surplus",
    "a call with an argument the tool does not have",
  );
  checkCustomer(checks, await call("lago-delete-customer", { external_id }), "delete");
  checkToolError(checks, await call("lago-retrieve-customer", { external_id }), "404", "retrieve after delete");

  const error = await call(UNKNOWN_TOOL, {}).then(
    (result) => checks.that(false, `an unknown tool must be a protocol error, got ${JSON.stringify(result)}`),
    (error) => error,
  );
  checks.same(error.code, INVALID_PARAMS, `error code of an unknown tool (${error.message})`);
}

function text(result) {
  return (result.content ?? []).map((block) => block.text ?? "").join("\n");
}

function parse(json, what) {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`${what}: the text is no JSON: ${JSON.stringify(json)}`);
  }
}
