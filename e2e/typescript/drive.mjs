// Drives one server with one of the official TypeScript clients and prints
// what came back, one JSON document on stdout.
//
//   node drive.mjs '{"client":"v1|v2|v2-legacy","transport":"stdio|http|sse",
//                    "command":[…]|"url":"…","answer":"accept|untick|decline|cancel|silent|throw|none",
//                    "calls":[{"name":"…","arguments":{…}}]}'
import * as v2 from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport as SseV1 } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const plan = JSON.parse(process.argv[2]);
const isV1 = plan.client === "v1";
const questions = [];

function answer(request) {
  questions.push(request.params);
  // The worst wants something typed in place of a box ticked.
  const line = request.params.requestedSchema.properties.type_to_approve;
  switch (plan.answer) {
    case "accept":
      return { action: "accept", content: line ? { type_to_approve: line.title.replace(/^Type (.*) to approve$/, "$1") } : { approve: true } };
    case "untick":
      return { action: "accept", content: line ? { type_to_approve: "" } : { approve: false } };
    case "silent":
      return new Promise(() => {});
    case "throw":
      throw new Error("the person's screen is on fire");
    default:
      return { action: plan.answer };
  }
}

function makeClient() {
  const capabilities = plan.answer === "none" ? {} : { elicitation: { form: {} } };
  const info = { name: "typescript-" + plan.client, version: "1.0.0" };
  if (isV1) {
    const client = new ClientV1(info, { capabilities });
    if (plan.answer !== "none") client.setRequestHandler(ElicitRequestSchema, answer);
    return client;
  }
  const options = { capabilities };
  if (plan.client === "v2") options.versionNegotiation = { mode: "auto" };
  const client = new v2.Client(info, options);
  if (plan.answer !== "none") client.setRequestHandler("elicitation/create", answer);
  return client;
}

function makeTransport() {
  if (plan.transport === "stdio") {
    const [command, ...args] = plan.command;
    const parameters = { command, args, env: process.env, stderr: "inherit" };
    return isV1 ? new StdioV1(parameters) : new StdioV2(parameters);
  }
  const url = new URL(plan.url);
  if (plan.transport === "sse") return isV1 ? new SseV1(url) : new v2.SSEClientTransport(url);
  return isV1 ? new HttpV1(url) : new v2.StreamableHTTPClientTransport(url);
}

const client = makeClient();
await client.connect(makeTransport());
const report = {
  instructions: client.getInstructions?.() ?? "",
  tools: (await client.listTools()).tools.map(({ name, title, annotations, outputSchema }) => ({ name, title, annotations, outputs: Boolean(outputSchema) })),
  results: [],
};
for (const call of plan.calls) {
  try {
    report.results.push(await client.callTool(call));
  } catch (error) {
    report.results.push({ thrown: String(error?.message ?? error) });
  }
}
report.questions = questions;
process.stdout.write(JSON.stringify(report) + "\n");
await Promise.race([client.close(), new Promise((done) => setTimeout(done, 2000))]);
process.exit(0);
