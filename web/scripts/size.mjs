// What a browser downloads before a first board works: the page, its scripts and its style sheets. What a person opens
// later, and what comes when the page is idle, does not count.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** All bytes as they are sent, brotli; those of the scripts for browsers and proxies that know gzip only; and requests. */
const limit = { bytes: 60 * 1024, gzippedScripts: 60 * 1024, files: 6 };

const dist = resolve(process.argv[2] ?? join(import.meta.dirname, "../dist"));
const listing = join(dist, ".vite/manifest.json");
if (!existsSync(listing)) {
	console.error(`no build in ${dist}: run "npm run build" first`);
	process.exit(1);
}
const manifest = JSON.parse(readFileSync(listing, "utf8"));
const first = new Set();
const visit = (name) => {
	if (first.has(name)) return;
	first.add(name);
	for (const next of manifest[name].imports ?? []) visit(next);
};
for (const [name, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(name);

const html = readFileSync(join(dist, "index.html"), "utf8");
const linked = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file);
const chunked = [...first].flatMap((name) => [manifest[name].file, ...(manifest[name].css ?? [])]);
const files = new Set(["index.html", ...linked, ...chunked]);

const weigh = (file) => {
	const text = readFileSync(join(dist, file));
	return { brotli: brotliCompressSync(text).length, gzip: gzipSync(text, { level: 9 }).length };
};
const line = (when, { brotli, gzip }, name) =>
	console.log(`${when}  ${String(brotli).padStart(6)} brotli  ${String(gzip).padStart(6)} gzip  ${name}`);

const total = { brotli: 0, gzip: 0 };
let scripts = 0;
for (const file of files) {
	const weight = weigh(file);
	line("first", weight, file);
	total.brotli += weight.brotli;
	total.gzip += weight.gzip;
	if (file.endsWith(".js")) scripts += weight.gzip;
}
const later = Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]);
for (const file of new Set(later)) if (!files.has(file)) line("later", weigh(file), file);
line("in all", total, `of ${limit.bytes} bytes (brotli) in ${files.size} of ${limit.files} files`);

const wrong = [];
if (total.brotli > limit.bytes) wrong.push(`${total.brotli - limit.bytes} bytes too many`);
if (scripts > limit.gzippedScripts) {
	wrong.push(`${scripts - limit.gzippedScripts} bytes of scripts too many, gzipped`);
}
if (files.size > limit.files) wrong.push(`${files.size - limit.files} files too many`);
// The first sheet decides on the order of the layers.
const sheet = [...files].find((file) => file.endsWith(".css"));
const layers = (text) => [
	...new Set([...text.matchAll(/@layer ([a-z, ]+)/g)].flatMap(([, names]) => names.split(/, */))),
];
const wanted = layers(readFileSync(join(import.meta.dirname, "../src/ui/styles/index.css"), "utf8"));
if (sheet && layers(readFileSync(join(dist, sheet), "utf8")).join() !== wanted.join()) {
	wrong.push(`${sheet} does not begin with the order of the layers: ${wanted.join(", ")}`);
}
for (const text of wrong) console.error(`first load: ${text}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
