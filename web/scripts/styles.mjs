// Colours and stacking are decided in one file, `src/ui/styles/tokens.css`: no other style sheet has a colour or a
// z-index of its own. Each custom property that is defined is used, and each that is used is defined.
// Each class that is styled is one that an element has.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const src = resolve(import.meta.dirname, "../src");
const tokens = "ui/styles/tokens.css";
const raw = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(|\bcolor\((?!-)|z-index:\s*-?\d+/gi;

const files = readdirSync(src, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile() && /\.(css|tsx?)$/.test(entry.name))
	.map((entry) => join(entry.parentPath, entry.name))
	.map((path) => [relative(src, path), readFileSync(path, "utf8")]);

const wrong = [];
const defined = new Map();
const used = new Map();
for (const [file, text] of files) {
	const plain = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
	const line = (index) => plain.slice(0, index).split("\n").length;
	for (const match of plain.matchAll(/var\(\s*(--[\w-]+)/g)) used.set(match[1], file);
	// Set by a style sheet, or by script: `setProperty("--dot", …)`, `{ "--hue": … }`.
	const definition = file.endsWith(".css") ? /(?<![\w-])(--[\w-]+)\s*:/g : /"(--[\w-]+)"/g;
	for (const match of plain.matchAll(definition)) defined.set(match[1], file);
	if (!file.endsWith(".css") || file === tokens) continue;
	for (const match of plain.matchAll(raw))
		wrong.push(`${file}:${line(match.index)} belongs into ${tokens}: ${match[0]}`);
}
for (const [name, file] of defined)
	if (!used.has(name)) wrong.push(`${file} defines ${name}, which nothing uses`);
for (const [name, file] of used)
	if (!defined.has(name)) wrong.push(`${file} uses ${name}, which nothing defines`);

// A class that a style sheet names and no element has was renamed in one place only.
const elements = files
	.filter(([file]) => !file.endsWith(".css"))
	.map(([, text]) => text)
	.join("\n");
const quoted = (elements.match(/"[^"\n]*"|`[^`]*`/g) ?? []).join(" ");
const words = new Set(quoted.match(/[\w-]+/g));
const beginnings = [...elements.matchAll(/([\w-]+-)\$\{/g)].map(([, start]) => start);
for (const [file, text] of files) {
	if (!file.endsWith(".css")) continue;
	const plain = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/"[^"]*"/g, "");
	for (const [, name] of plain.matchAll(/\.(-?[a-z_][\w-]*)(?=[^{};]*\{)/gi)) {
		const used = words.has(name) || beginnings.some((start) => name.startsWith(start));
		if (!used) wrong.push(`${file} styles .${name}, which no element has`);
	}
}

for (const one of wrong) console.error(one);
console.log(
	wrong.length ? `${wrong.length} faults in the styles` : "styles take colours and layers from the tokens",
);
process.exitCode = wrong.length ? 1 : 0;
