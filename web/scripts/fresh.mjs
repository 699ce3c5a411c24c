// What is generated from openapi.json must be what it says now: made again and compared.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import openapi, { astToString } from "openapi-typescript";
import { makeLimits } from "./limits.mjs";

const root = join(import.meta.dirname, "..");
const made = {
	"sdk/api/schema.ts": astToString(await openapi(new URL("../openapi.json", import.meta.url))),
	"sdk/api/limits.ts": makeLimits(),
};
// The command that makes the types puts a comment of its own in front.
const stale = Object.keys(made).filter(
	(file) => !readFileSync(join(root, file), "utf8").endsWith(made[file]),
);
for (const file of stale) console.error(`${file} is stale: run "npm run types"`);
if (stale.length === 0) console.log("the API's types and limits are fresh");
process.exitCode = stale.length ? 1 : 0;
