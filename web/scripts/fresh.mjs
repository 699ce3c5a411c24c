// The generated types must be those of openapi.json: made again and compared.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import openapi, { astToString } from "openapi-typescript";

const root = join(import.meta.dirname, "..");
const made = astToString(await openapi(new URL("../openapi.json", import.meta.url)));
const kept = readFileSync(join(root, "src/lib/api/schema.ts"), "utf8");
// The command puts a comment of its own in front.
const fresh = kept.endsWith(made);
console.log(fresh ? "the API's types are fresh" : 'src/lib/api/schema.ts is stale: run "npm run types"');
process.exitCode = fresh ? 0 : 1;
