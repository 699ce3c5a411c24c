// The service worker is `public/sw.js`. The build tells it which files a first screen needs, and by their names its version.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync, type Plugin } from "vite";

const template = 'const files = ["/"];';
const later = "const more = [];";

/** What is there without a network although it was not used before, with all that these import: screens, and the build's files. */
const offline =
	/^(src\/features\/(home|table|timeline|calendar)\/index\.tsx|_(edits|dnd|soon|inbox|idb|last)-.+\.(js|css))$/;

interface Chunk {
	file: string;
	css?: string[];
	imports?: string[];
	dynamicImports?: string[];
}

function moreFiles(dir: string, first: ReadonlySet<string>): string[] {
	const manifest = JSON.parse(readFileSync(join(dir, ".vite/manifest.json"), "utf8")) as Record<
		string,
		Chunk
	>;
	const found = new Set<string>();
	const visit = (name: string) => {
		const chunk = manifest[name];
		if (!chunk || found.has(chunk.file)) return;
		found.add(chunk.file);
		for (const style of chunk.css ?? []) found.add(style);
		for (const next of chunk.imports ?? []) visit(next);
	};
	for (const name of Object.keys(manifest)) if (offline.test(name)) visit(name);
	return [...found].map((file) => `/${file}`).filter((file) => !first.has(file));
}

export const worker: Plugin = {
	name: "worker",
	apply: "build",
	writeBundle({ dir = "dist" }) {
		const [from, page] = [join(dir, "sw.js"), readFileSync(join(dir, "index.html"), "utf8")];
		const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
		const files = ["/", ...new Set(named)];
		const source = readFileSync(from, "utf8");
		for (const line of [template, later])
			if (!source.includes(line)) throw new Error(`${from} has no line ${line}`);
		const version = createHash("sha256").update(page).digest("base64url").slice(0, 8);
		const told = source
			.replace(template, `const files = ${JSON.stringify(files)};`)
			.replace(later, `const more = ${JSON.stringify(moreFiles(dir, new Set(files)))};`)
			.replace('const version = "dev";', `const version = ${JSON.stringify(version)};`);
		writeFileSync(from, minifySync(from, told).code);
	},
};
