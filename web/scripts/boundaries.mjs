// Who may import whom, and who may change something on the server. What breaks a rule is named and the check fails.
//
// - Imports go downwards only: app > features > domain > live > ui > platform, and a feature never imports another one.
// - The sdk is a package of its own: it imports nothing but itself, and the page imports it by its name. `sdk/react.ts` imports
//   React and `sdk/vue.ts` Vue, and nothing else does.
// - No file imports itself through others.
// - The lengths that the server accepts are the sdk's `limits`, not numbers of the page.
// - No bare field cuts its text: the components of `ui/` say what is too long.
// - A form is a `Form`, which says what is wrong in the page's own words: the browser's bubbles never show.
// - Text becomes HTML in `platform/html.ts` and nowhere else.
// - Requests that change something are made in `domain/*/commands.ts`, `live/session*` and the sdk's `live/project.ts`, and
//   nowhere else.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const web = resolve(import.meta.dirname, "..");
const layers = ["platform", "ui", "live", "domain", "features", "app"];
const imported = /(?:from|import|mock|@import)\s*\(?\s*"(\.[^"]+)"/g;
const mutation = /\bapi\s*\.\s*(POST|PUT|PATCH|DELETE)\b/g;
const mayMutate = (file) =>
	/^src\/domain\/[^/]+\/commands\.ts$|^sdk\/live\/project\.ts$|^src\/live\/session[^/]*\.ts$|\.test\.ts$|^sdk\/.*\.test\.ts$/.test(
		file,
	);

const files = new Map(
	["sdk", "src"]
		.flatMap((root) => readdirSync(join(web, root), { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile() && /\.(tsx?|css)$/.test(entry.name))
		.map((entry) => relative(web, join(entry.parentPath, entry.name)))
		.filter((file) => !/^sdk\/(dist|examples)\//.test(file))
		.map((file) => [file, readFileSync(join(web, file), "utf8")]),
);

function find(from, target) {
	const path = join(dirname(from), target);
	return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`].find((one) =>
		files.has(one),
	);
}

const edges = new Map(
	[...files].map(([file, text]) => [
		file,
		[...text.matchAll(imported)].flatMap(([, to]) => find(file, to) ?? []),
	]),
);

/** The layer as a number; `main.tsx` stands above all. */
function rank(file) {
	const [, folder] = file.split("/");
	return folder === "main.tsx" ? layers.length : layers.indexOf(folder);
}

const isSdk = (file) => file.startsWith("sdk/");
const isTest = (file) => /\.test\.tsx?$/.test(file);

const featureOf = (file) => /^src\/features\/([^/]+)\//.exec(file)?.[1];
const wrong = [];

for (const file of files.keys()) {
	if (!isSdk(file) && rank(file) < 0) wrong.push(`${file} lies in no layer: ${layers.join(", ")}`);
}
for (const [file, targets] of edges) {
	for (const target of targets) {
		const [from, to] = [featureOf(file), featureOf(target)];
		if (isSdk(file) !== isSdk(target)) wrong.push(`${file} imports ${target} past the entry of the sdk`);
		else if (!isSdk(file) && rank(target) > rank(file)) wrong.push(`${file} imports upwards: ${target}`);
		if (from && to && from !== to) wrong.push(`${file} imports another feature: ${target}`);
	}
}

for (const [file, text] of files) {
	if (!isSdk(file) || isTest(file)) continue;
	// A text may be "import", too.
	for (const [, name] of text.matchAll(/(?<!")(?:from|import)\s*\(?\s*"([^."][^"]*)"/g))
		if (file !== `sdk/${name}.ts`) wrong.push(`${file} imports the package ${name}`);
}

/** Depth first; what is met again while it is still open closes a circle. */
const state = new Map();
function visit(file, path) {
	if (state.get(file) === "done") return;
	if (state.get(file) === "open") {
		wrong.push(`imports in a circle: ${[...path.slice(path.indexOf(file)), file].join(" > ")}`);
		return;
	}
	state.set(file, "open");
	for (const target of edges.get(file)) visit(target, [...path, file]);
	state.set(file, "done");
}
for (const file of files.keys()) visit(file, []);

for (const [file, text] of files) {
	for (const [number] of text.matchAll(/\b(?:min|max)Length=\{\d+/g))
		wrong.push(`${file} has a limit of its own: ${number}`);
}

for (const [file, text] of files) {
	for (const [, name] of text.matchAll(/<(input|textarea)\b(?:(?!\/>)[\s\S])*?\bmaxLength=/g))
		wrong.push(`${file}: the browser would cut what is pasted into this ${name} without a word`);
}

for (const [file, text] of files) {
	if (file !== "src/ui/form.tsx" && /<form\b/.test(text))
		wrong.push(`${file} has a form that shows the browser's bubbles`);
}

for (const [file, text] of files) {
	if (file === "src/platform/html.ts") continue;
	for (const [call] of text.matchAll(
		/\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment)\b/g,
	))
		wrong.push(`${file} makes HTML of its own: ${call}`);
}

for (const [file, text] of files) {
	if (mayMutate(file)) continue;
	for (const [call] of text.matchAll(mutation))
		wrong.push(`${file} changes something outside of a command: ${call}`);
}

for (const line of wrong) console.error(line);
console.log(
	wrong.length ? `${wrong.length} boundaries are crossed` : "imports and commands keep their boundaries",
);
process.exitCode = wrong.length ? 1 : 0;
