// How quick and how large the page is with thousands of tasks, beside an earlier build:
//
//     node benches/page/main.mjs --server target/release/boardcast --page web/dist --before OTHER/boardcast
//
// --server BINARY   the server in front of which the page is measured
// --page DIST       the built page (`npm run build`); without it the one inside the binary
// --before BINARY   an earlier build, measured with the page inside it, in turns with the other
// --data FOLDER     keeps the projects for the next run
// --runs N          paints of each size and each side (7)
// --rounds N        rounds of the phases (3)
// --phase TEXT      only the phases whose name contains it, or "comments": a task with a thousand; no paints, no heap
// --comments N      how many that task has (1000)
// CHROMIUM          the browser, as for the tests
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { conversation, heap, paint, typed, work } from "./looks.mjs";
import { administrator, keyOf, makeProjects, talked } from "./projects.mjs";
import { addAdministrator, startPage, startServer } from "./server.mjs";

const { chromium } = createRequire(new URL("../../web/package.json", import.meta.url))("playwright-core");
const text = { type: "string" };
const { values: options } = parseArgs({
	options: { server: text, page: text, before: text, data: text, runs: text, rounds: text, phase: text, comments: text },
});
if (!options.server) throw new Error("--server BINARY is missing");
const sizes = [1000, 5000, 10_000];
const [, few, many] = sizes;
const runs = Number(options.runs ?? 7);
const rounds = Number(options.rounds ?? 3);
const comments = Number(options.comments ?? 1000);

const folder = mkdtempSync(join(tmpdir(), "boardcast-page-"));
const master = options.data ?? join(folder, "projects");
const stops = [];
try {
	await fill(options.before ?? options.server);
	const sides = [];
	if (options.before) sides.push(await start("before", options.before));
	sides.push(await start("now", options.server, options.page));
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
		],
	});
	stops.push(() => browser.close());
	if (options.phase === undefined) {
		await paints(browser, sides);
		await heaps(browser, sides);
	}
	if (options.phase === undefined || "comments".includes(options.phase)) await conversations(browser, sides);
	if (options.phase !== "comments") await phasesOf(browser, sides);
} finally {
	for (const stop of stops.reverse()) await stop();
	rmSync(folder, { recursive: true, force: true });
}

/** Makes the projects once; each side gets a copy of them. */
async function fill(binary) {
	if (existsSync(master)) return;
	mkdirSync(master, { recursive: true });
	addAdministrator(binary, master, administrator.email, administrator.password);
	const server = await startServer(binary, master);
	const begun = Date.now();
	// What is kept for the next run has all of them.
	const made = options.phase === "comments" && !options.data ? [] : sizes;
	await makeProjects(server.url, made, comments);
	await server.stop();
	console.log(`${made.length + 1} projects made in ${Math.round((Date.now() - begun) / 1000)} s`);
}

async function start(name, binary, dist) {
	const data = join(folder, name);
	cpSync(master, data, { recursive: true });
	const server = await startServer(binary, data);
	stops.push(server.stop);
	const page = await startPage(server.url, dist);
	stops.push(page.stop);
	return { name, url: page.url, server: server.url };
}

async function paints(browser, sides) {
	const looks = new Map();
	for (let run = 0; run <= runs; run++) {
		for (const side of sides) {
			for (const size of sizes) {
				const look = await paint(browser, side, keyOf(size));
				// The first run warms up the servers.
				if (run > 0) append(looks, `${side.name} ${size}`, look);
			}
		}
	}
	for (const { name } of sides) {
		const of = (size, field) => median(looks.get(`${name} ${size}`).map((look) => look[field]));
		for (const size of sizes) {
			const [painted, asked, arrived] = ["painted", "asked", "arrived"].map((field) => of(size, field));
			const parts = [asked, arrived - asked, painted - arrived].map(Math.round).join(" + ");
			const longest = Math.round(of(size, "longest"));
			const load = `${of(size, "files")} files, ${(of(size, "bytes") / 1024).toFixed(1)} KiB`;
			console.log(
				`${name}: ${size} tasks painted after ${Math.round(painted)} ms = ${parts}; longest task ${longest} ms; ${load}`,
			);
		}
		console.log(
			`${name}: ${(of(many, "painted") / of(few, "painted")).toFixed(2)} times of ${few} (aim 1.3)`,
		);
	}
}

async function heaps(browser, sides) {
	for (const side of sides) {
		const used = [];
		for (let run = 0; run < 3; run++) used.push(await heap(browser, side, keyOf(many)));
		console.log(`${side.name}: heap ${median(used).toFixed(1)} MB (aim 40)`);
	}
}

async function conversations(browser, sides) {
	const found = new Map();
	for (let run = 0; run <= runs; run++) {
		for (const side of sides) {
			const result = await conversation(browser, side, {
				key: talked,
				// Each run has said something.
				comments: comments + run,
				last: run === 0 ? `${comments - 1}:` : typed,
			});
			if (run > 0) append(found, side.name, result);
		}
	}
	for (const { name } of sides) {
		const of = (field) => Math.round(median(found.get(name).map((result) => result[field])));
		// The browser tells of no shorter task.
		const longest = (field) => (of(field) > 0 ? `${of(field)} ms` : "under 50 ms");
		console.log(
			`${name}: a task of ${comments} comments shows the last after ${of("last")} ms (aim 150), all after ${of("all")} ms; longest task ${longest("opening")}, while typing ${longest("typing")} (aim 50)`,
		);
	}
}

async function phasesOf(browser, sides) {
	const found = new Map();
	for (let round = 0; round < rounds; round++) {
		for (const side of sides) {
			const results = await work(browser, side, keyOf(many), options.phase);
			for (const [phase, result] of Object.entries(results)) append(found, `${phase}\n${side.name}`, result);
		}
	}
	console.log(
		"the longest task of each phase in ms, processor time (by the clock; how many over 50 ms); medians",
	);
	const phases = new Set([...found.keys()].map((key) => key.split("\n")[0]));
	for (const phase of phases) {
		const cells = sides.map(({ name }) => {
			const results = found.get(`${phase}\n${name}`);
			const [cpu, wall, over] = ["cpu", "wall", "over"].map((field) =>
				median(results.map((result) => result[field])),
			);
			return `${name} ${cpu.toFixed(0)} (${wall.toFixed(0)}; ${over})`.padEnd(24);
		});
		console.log(`${phase.padEnd(34)} ${cells.join("  ")}`);
	}
}

function append(lists, key, value) {
	if (lists.has(key)) lists.get(key).push(value);
	else lists.set(key, [value]);
}

function median(values) {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
