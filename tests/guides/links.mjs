// Every link of README.md, CONTRIBUTING.md and docs/**/*.md to another file or to a heading leads to what exists.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Dead links, a line each: the file with its line, and the link. */
export function deadLinks(root) {
	return pages(root).flatMap((file) =>
		linksOf(readFileSync(file, "utf8")).flatMap(({ line, target }) => {
			const why = whyDead(file, target);
			return why ? [`${relative(root, file)}:${line}: ${target}: ${why}`] : [];
		}),
	);
}

function pages(root) {
	const docs = readdirSync(join(root, "docs"), { recursive: true }).filter((name) => name.endsWith(".md"));
	return ["README.md", "CONTRIBUTING.md", ...docs.map((name) => join("docs", name))].map((name) => join(root, name));
}

/** What a text links to, without addresses elsewhere and on a running server. */
export function linksOf(text) {
	return proseOf(text).flatMap((prose, at) =>
		[...prose.matchAll(/\]\(\s*<?([^()\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)/g)]
			.map(([, inline, named]) => ({ line: at + 1, target: inline ?? named }))
			.filter(({ target }) => !/^([a-z][a-z0-9+.-]*:|\/)/i.test(target)),
	);
}

/** The lines without code, which holds no links. */
function proseOf(text) {
	let fence;
	return text.split("\n").map((line) => {
		const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
		if (fence ? mark?.startsWith(fence) : mark) {
			fence = fence ? undefined : mark;
			return "";
		}
		return fence ? "" : line.replace(/`[^`]*`/g, (code) => " ".repeat(code.length));
	});
}

function whyDead(file, target) {
	const [path, anchor] = target.split("#");
	const found = path ? resolve(dirname(file), decodeURIComponent(path)) : file;
	if (!existsSync(found)) return "there is no such file";
	if (anchor === undefined) return undefined;
	if (!statSync(found).isFile() || !found.endsWith(".md")) return "only a page has headings";
	return anchorsOf(readFileSync(found, "utf8")).has(anchor) ? undefined : "there is no such heading";
}

/** The anchors of the headings of a page, as forges make them. */
function anchorsOf(text) {
	const lines = text.split("\n");
	const anchors = new Set();
	for (const [at, prose] of proseOf(text).entries()) {
		if (!/^#{1,6}\s/.test(prose)) continue;
		const heading = lines[at].replace(/^#+\s+/, "").replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1");
		const plain = heading
			.trim()
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
			.replaceAll(" ", "-");
		let anchor = plain;
		for (let turn = 1; anchors.has(anchor); turn++) anchor = `${plain}-${turn}`;
		anchors.add(anchor);
	}
	return anchors;
}
