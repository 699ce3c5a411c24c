// The service worker is `public/sw.js`. The build tells it which files a first screen needs, and by their names its version.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync, type Plugin } from "vite";

const template = 'const files = ["/"];';

export const worker: Plugin = {
	name: "worker",
	apply: "build",
	writeBundle({ dir = "dist" }) {
		const [from, page] = [join(dir, "sw.js"), readFileSync(join(dir, "index.html"), "utf8")];
		const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
		const files = ["/", ...new Set(named)];
		const source = readFileSync(from, "utf8");
		if (!source.includes(template)) throw new Error(`${from} has no line ${template}`);
		const version = createHash("sha256").update(page).digest("base64url").slice(0, 8);
		const told = source
			.replace(template, `const files = ${JSON.stringify(files)};`)
			.replace('const version = "dev";', `const version = ${JSON.stringify(version)};`);
		writeFileSync(from, minifySync(from, told).code);
	},
};
