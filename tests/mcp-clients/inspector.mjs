// The Inspector's command line, one process a call. `--strict` fails on tool schemas that some client refuses.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CUSTOMER, UNKNOWN_TOOL, address, checkCustomer, checkToolError, checkTools, report } from "./journey.mjs";

const { url } = address();
const binary = fileURLToPath(new URL("node_modules/.bin/mcp-inspector", import.meta.url));
// It keeps a catalog in the home directory; ours is none of its business.
const home = mkdtempSync(join(tmpdir(), "inspector-"));

function inspect(era, ...options) {
  const run = spawnSync(
    process.execPath,
    [binary, "--cli", url.href, "--transport", "http", "--protocol-era", era, "--format", "json", ...options],
    { encoding: "utf8", env: { ...process.env, HOME: home }, timeout: 60_000 },
  );
  if (run.error) throw run.error;
  let answer;
  try {
    answer = JSON.parse(run.stdout);
  } catch {
    answer = {};
  }
  return { status: run.status, result: answer.result, said: `${run.stdout}${run.stderr}`.trim() };
}

for (const era of ["legacy", "modern"]) {
  await report("inspector", era, async (checks) => {
    const call = (name, args) =>
      inspect(era, "--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args));

    const list = inspect(era, "--method", "tools/list", "--strict");
    checks.same(list.status, 0, `exit status of tools/list --strict (${list.said})`);
    checkTools(checks, list.result.tools);

    const { external_id } = CUSTOMER;
    for (const [what, run] of [
      ["create", () => call("lago-create-customer", { body: { customer: CUSTOMER } })],
      ["retrieve", () => call("lago-retrieve-customer", { external_id })],
      ["delete", () => call("lago-delete-customer", { external_id })],
    ]) {
      const { status, result, said } = run();
      checks.same(status, 0, `exit status of ${what} (${said})`);
      checkCustomer(checks, result, what);
    }

    for (const [what, needle, name, args] of [
      ["retrieve after delete", "404", "lago-retrieve-customer", { external_id }],
      [
        "a call without a required argument",
        "external_subscription_id",
        "lago-retrieve-customer-past-usage",
        { external_customer_id: external_id },
      ],
    ]) {
      const { result, said } = call(name, args);
      checks.that(result, `${what}: no result (${said})`);
      checkToolError(checks, result, needle, what);
    }

    checks.that(call(UNKNOWN_TOOL, {}).status !== 0, "an unknown tool must be an error");
  });
}

rmSync(home, { recursive: true, force: true });
