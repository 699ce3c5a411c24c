// Which rules does no test watch over? Plants one small fault at a time (a comparison turned round, a function that
// answers nothing) in the code that decides, and runs the tests until one fails. A fault that no test notices survives,
// and is an error here unless tests/mutants/survivors.txt says why nobody can notice it.
//
//   node tests/mutants/run.mjs [--sample N] [--seed N] [--only TEXT]
//
// `cargo mutants` makes the list of faults. The tests run here and not there: one failing test is enough, and those
// that are about the file go first. A fault that does not compile says nothing, and another one takes its place.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const VERSION = "27.1.0";
/** What decides: who may what, what a change does, what the log holds, and when things end. */
const FILES = ["src/auth/**", "src/change/**", "src/log/**", "src/model/**"];
/** What a test waits for takes seconds; a fault that makes it wait for ever is noticed too. */
const PATIENCE = 6 * 60_000;

const root = path.resolve(import.meta.dirname, "../..");
const home = path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, "target"), "mutants");
const tree = path.join(home, "tree");
const { values } = parseArgs({
	options: {
		sample: { type: "string", default: process.env.MUTANTS ?? "40" },
		seed: { type: "string", default: process.env.MUTANTS_SEED ?? "1" },
		only: { type: "string", default: "" },
	},
});

function must(command, args, options = {}) {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd: root,
		encoding: "utf8",
		maxBuffer: 1 << 28,
		...options,
	});
	if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? `${stdout}\n${stderr}`}`);
	return stdout;
}

/** The program that lists the faults, in a folder of its own. */
function lister() {
	const tools = path.join(home, "tools");
	const program = path.join(tools, "bin", "cargo-mutants");
	const version = existsSync(program) ? must(program, ["mutants", "--version"]).trim() : "";
	if (!version.endsWith(` ${VERSION}`))
		must("cargo", ["install", "--quiet", "--locked", "--root", tools, "--version", VERSION, "cargo-mutants"]);
	return program;
}

/** The files that git knows, as they are now. What did not change keeps its time, so that cargo builds little. */
function copyTree() {
	mkdirSync(tree, { recursive: true });
	const files = must("git", ["ls-files", "-z"]).split("\0").filter(Boolean);
	for (const file of files) {
		const [from, to] = [path.join(root, file), path.join(tree, file)];
		if (!existsSync(from)) continue;
		if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) continue;
		mkdirSync(path.dirname(to), { recursive: true });
		cpSync(from, to);
	}
	const packages = path.join(root, "web/node_modules");
	if (existsSync(packages) && !existsSync(path.join(tree, "web/node_modules")))
		symlinkSync(packages, path.join(tree, "web/node_modules"));
}

/** Numbers by chance that a seed repeats (mulberry32). */
function chance(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function shuffled(list, next) {
	const all = [...list];
	for (let i = all.length - 1; i > 0; i -= 1) {
		const j = Math.floor(next() * (i + 1));
		[all[i], all[j]] = [all[j], all[i]];
	}
	return all;
}

const environment = {
	...process.env,
	CARGO_TARGET_DIR: path.join(home, "target"),
	CARGO_TERM_COLOR: "never",
	BOARDCAST_TEST_POSTGRES: "",
	// Where a test failed is of no interest here.
	RUST_BACKTRACE: "0",
};

/** Builds the tests and answers with their programs by name, or null if the fault does not compile. */
function build(...targets) {
	const { status, stdout } = spawnSync("cargo", ["test", "--no-run", "--message-format=json", ...targets], {
		cwd: tree,
		env: environment,
		encoding: "utf8",
		maxBuffer: 1 << 28,
	});
	if (status !== 0) return null;
	const programs = {};
	for (const line of stdout.split("\n")) {
		if (!line.startsWith("{")) continue;
		const { target, executable, profile } = JSON.parse(line);
		if (executable && profile?.test) programs[target.name] = executable;
	}
	return programs;
}

/** Runs tests until the first one fails. Answers with its name, or with null if all of them pass. */
function firstFailure(program, filters, skips) {
	const child = spawn(program, [...filters, "--test-threads", "8", ...skips.flatMap((skip) => ["--skip", skip])], {
		cwd: tree,
		env: environment,
		// A group of its own: the servers that it starts end with it.
		detached: true,
		stdio: ["ignore", "pipe", "ignore"],
	});
	return new Promise((resolve) => {
		let text = "";
		const end = (answer) => {
			clearTimeout(timer);
			try {
				process.kill(-child.pid, "SIGKILL");
			} catch {
				// Every process of it has ended.
			}
			resolve(answer);
		};
		const timer = setTimeout(() => end("(one that never ends)"), PATIENCE);
		child.stdout.setEncoding("utf8").on("data", (chunk) => {
			text += chunk;
			const failed = text.match(/^test (\S+).* \.\.\. FAILED/m);
			if (failed) end(failed[1]);
		});
		child.on("exit", (code) => end(code === 0 ? null : "(the program itself)"));
	});
}

// These belong to other parts, or want another database.
const elsewhere = ["nodes::", "postgres::", "mail::", "crash::", "below::", "drain::", "proxy::", "slow::", "s3::real::"];

/** The test that notices what is planted now: null if none does, undefined if it does not compile. */
async function noticed(file) {
	const api = build("--test", "api");
	if (!api) return undefined;
	// `src/auth/tokens.rs` is what `tests/api/tokens.rs` is about, most likely.
	const about = [path.basename(file, ".rs"), path.basename(path.dirname(file))].filter((name) => name !== "mod");
	const near = about.flatMap((name) => [`${name}::`, `${name}s::`]);
	const first = await firstFailure(api.api, near, elsewhere);
	if (first) return first;
	const unit = build("--lib");
	const second = unit ? await firstFailure(unit.boardcast, [], []) : "(its unit tests do not compile)";
	return second ?? firstFailure(api.api, [], elsewhere);
}

/** Survivors that no test can notice: `file: what it does — why`. */
const reasons = new Map(
	readFileSync(path.join(import.meta.dirname, "survivors.txt"), "utf8")
		.split("\n")
		.filter((line) => line.trim() && !line.startsWith("#"))
		.map((line) => line.split(" — "))
		.map(([fault, reason]) => [fault.trim(), reason?.trim()]),
);

async function main() {
	copyTree();
	const listed = must(lister(), ["mutants", "--list", "--json", "--diff", ...FILES.flatMap((file) => ["--file", file])], {
		cwd: tree,
	});
	const faults = JSON.parse(listed)
		.map(({ name, file, diff }) => ({ file, diff, name: name.replace(/^([^:]+):\d+:\d+: /, "$1: ") }))
		.filter(({ name }) => name.includes(values.only));
	const seed = Number(values.seed);
	const sample = Number(values.sample);
	console.log(`${faults.length} faults can be planted; a sample of ${sample} with --seed ${seed}`);
	if (!build("--test", "api", "--lib")) throw new Error("without a fault it does not compile");
	let [caught, survived, explained] = [0, 0, 0];
	for (const { file, diff, name } of shuffled(faults, chance(seed))) {
		if (caught + survived + explained >= sample) break;
		const target = path.join(tree, file);
		const original = readFileSync(target);
		must("patch", ["--quiet", "--no-backup-if-mismatch", file], { cwd: tree, input: diff });
		const start = Date.now();
		const by = await noticed(file);
		writeFileSync(target, original);
		const seconds = Math.round((Date.now() - start) / 1000);
		if (by === undefined) continue;
		if (by) {
			caught += 1;
			console.log(`caught    ${name}, by ${by} (${seconds} s)`);
		} else if (reasons.get(name)) {
			explained += 1;
			console.log(`explained ${name}: ${reasons.get(name)}`);
		} else {
			survived += 1;
			console.log(`SURVIVED  ${name} (${seconds} s)`);
		}
	}
	console.log(`${caught} caught, ${survived} survived, ${explained} explained`);
	process.exit(survived ? 1 : 0);
}

await main();
