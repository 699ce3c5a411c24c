// What a browser must download before the first screen works: the entry and all that it imports statically.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const limit = 60 * 1024;
const dist = resolve(process.argv[2] ?? join(import.meta.dirname, "../dist"));
const listing = join(dist, ".vite/manifest.json");
if (!existsSync(listing)) {
	console.error(`no build in ${dist}: run "npm run build" first`);
	process.exit(1);
}
const manifest = JSON.parse(readFileSync(listing, "utf8"));
const seen = new Set();
const visit = (name) => {
	if (seen.has(name)) return;
	seen.add(name);
	for (const next of manifest[name].imports ?? []) visit(next);
};
for (const [name, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(name);

const weigh = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const total = [...seen].reduce((sum, name) => sum + weigh(manifest[name].file), 0);
for (const [name, chunk] of Object.entries(manifest)) {
	if (chunk.file.endsWith(".js"))
		console.log(`${seen.has(name) ? "first" : "later"}  ${weigh(chunk.file)}  ${name}`);
}
console.log(`first load: ${total} of ${limit} bytes of JavaScript, gzipped`);
process.exitCode = total > limit ? 1 : 0;
