import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { minifySync, type Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { apiDocs } from "./build/api-docs/index.ts";
import { appIcons } from "./build/icons.ts";
import { alias } from "./build/sdk-alias.ts";
import { worker } from "./build/worker.ts";

// Where `npm run dev` finds the server; everything under /api and /docs is handed to it.
const server = process.env["BOARDCAST_SERVER"] ?? "http://127.0.0.1:8080";
const proxy = {
	// No `changeOrigin`: Host and Origin must agree for the server's CSRF check.
	"/api": { target: server, xfwd: false },
	"/docs": { target: server, xfwd: false },
};

/** `start.js` gets a name of its contents, as the bundled files have, so that browsers need not ask whether it is new. */
const start: Plugin = {
	name: "start",
	apply: "build",
	writeBundle({ dir = "dist" }) {
		const [from, page] = [join(dir, "start.js"), join(dir, "index.html")];
		const { code } = minifySync(from, readFileSync(from, "utf8"));
		const name = `assets/start-${createHash("sha256").update(code).digest("base64url").slice(0, 8)}.js`;
		rmSync(from);
		writeFileSync(join(dir, name), code);
		writeFileSync(page, readFileSync(page, "utf8").replace("/start.js", `/${name}`));
	},
};

/** Puts a compressed copy beside each text, which the server hands out as it is. */
const compressed: Plugin = {
	name: "compressed",
	apply: "build",
	writeBundle({ dir = "dist" }) {
		for (const file of readdirSync(dir, { recursive: true, withFileTypes: true })) {
			if (!file.isFile() || !/\.(js|css|html|svg|json|webmanifest)$/.test(file.name)) continue;
			const path = join(file.parentPath, file.name);
			const text = readFileSync(path);
			const small = brotliCompressSync(text);
			if (small.length < text.length) writeFileSync(`${path}.br`, small);
		}
	},
};

/** The icons are drawn by a few lines of ours. */
const icons: Plugin = {
	name: "icons",
	apply: "build",
	enforce: "pre",
	resolveId(source, importer) {
		const isIcon = source.endsWith("/createLucideIcon.mjs") && importer?.includes("/lucide-preact/");
		return isIcon ? join(import.meta.dirname, "src/ui/draw-icon.ts") : undefined;
	},
	transform(code, id) {
		// Each line of an icon has a random key, which nothing needs and no compression makes smaller.
		return id.includes("/lucide-preact/") ? code.replace(/,\s*key: "\w+"/g, "") : undefined;
	},
};

/** The names of modules, as a pattern of their paths. */
const anyOf = (...names: string[]) => new RegExp(`/src/(${names.join("|")})\\.tsx?$`);

/** Which modules, with all that they import, are one file. What is in an earlier one is not in a later one. */
const files = [
	// All that the first screen imports: each further file is a request before the first card.
	{ name: "first", test: anyOf("main"), priority: 3 },
	// What a key does to a task or a column at once.
	{ name: "edits", test: anyOf("domain/(task|column)/commands", "features/board/moving"), priority: 2.5 },
	// What drags comes behind the first cards, and waits for nothing else.
	{ name: "dnd", test: anyOf("features/board/dnd"), priority: 2 },
	// What a person may open at any moment, in one request while the page is idle.
	{
		name: "soon",
		test: anyOf(
			"app/(palette|shortcuts|ask-to-sign-out|lost-project|sidebar-project|icons)",
			"domain/view/view-state",
			"domain/selection/bulk-bar",
			"domain/filter/(choices|completion|filter-sheet|more)",
			"features/board/(board-dialogs|card-panels|drop-files|quick-(form|put)|title-field|lasso)",
			"features/home/create-project",
			"features/task/index",
			"ui/(menu-list|confirm|copy-field|typed-text)",
		),
		priority: 1,
	},
	{ name: "inbox", test: anyOf("app/behind") },
	// The browser's database, and what is kept in it for a page without a network.
	{ name: "idb", test: /node_modules\/idb\//, priority: 4 },
	{ name: "last", test: anyOf("live/last/(open|keep|database)", "app/last-shown"), priority: 0.5 },
];

export default defineConfig({
	// `start` names a file that the worker keeps, and what all of them write is compressed last.
	plugins: [start, worker, appIcons, apiDocs, compressed, icons],
	resolve: { alias },
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	server: { port: 5173, proxy },
	preview: { port: 4173, proxy },
	build: {
		target: "es2023",
		manifest: true,
		// The content security policy forbids data: scripts and inline styles.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		rolldownOptions: { output: { codeSplitting: { groups: files } } },
	},
	test: { include: ["{sdk,src}/**/*.test.{ts,tsx}"], environment: "node" },
});
