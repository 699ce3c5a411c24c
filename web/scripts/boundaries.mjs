// Imports flow lib -> components -> features -> app, and a feature never imports another.
// A module that reaches sideways or upwards is named and the check fails.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../src");
const rank = { lib: 0, styles: 0, components: 1, features: 2, app: 3 };
const wrong = [];

for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
	if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
	const file = join(entry.parentPath, entry.name);
	const from = relative(root, file).split("/");
	if (from.length < 2) continue; // main.tsx may import everything
	for (const [, target] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
		const to = relative(root, resolve(dirname(file), target)).split("/");
		const upwards = rank[to[0]] > rank[from[0]];
		const sideways = from[0] === "features" && to[0] === "features" && from[1] !== to[1];
		if (upwards || sideways) wrong.push(`src/${from.join("/")} imports ${to.join("/")}`);
	}
}

for (const line of wrong) console.error(line);
console.log(wrong.length ? `${wrong.length} imports cross a boundary` : "imports keep their boundaries");
process.exitCode = wrong.length ? 1 : 0;
