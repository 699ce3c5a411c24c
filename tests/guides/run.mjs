// Proves the guides of docs/guide: node tests/guides/run.mjs BINARY [links|pictures|programs|run …]
//
// Their blocks that are marked `sh run` are run, as those of docs/api are, and what they did is looked for on the server. Their
// pictures are made anew, into a folder that is gone afterwards. Links of all pages have to lead somewhere.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { caller, demand, finish, leave, password, programs, root, startServer, where, work } from "../docs/support.mjs";
import { deadLinks, linksOf } from "./links.mjs";
import { findBrowser, mostBytes, names, takePictures } from "./pictures.mjs";

const [given, ...wanted] = process.argv.slice(2);
if (!given) throw new Error("usage: node tests/guides/run.mjs BINARY [links|pictures|programs|run …]");
const binary = resolve(given);
const guides = join(root, "docs/guide");

function links() {
	const dead = deadLinks(root);
	demand(dead.length === 0, "these links lead nowhere:", dead);
}

// ---------------------------------------------------------------- pictures

async function pictures() {
	const shown = readdirSync(guides)
		.filter((name) => name.endsWith(".md"))
		.flatMap((name) => linksOf(readFileSync(join(guides, name), "utf8")))
		.flatMap(({ target }) => (target.startsWith("images/") ? [basename(target)] : []));
	const kept = readdirSync(join(guides, "images"));
	const made = names.map((name) => `${name}.webp`);
	same("the guides show", shown, "the program makes", made);
	same("docs/guide/images has", kept, "the program makes", made);
	for (const name of kept) {
		const { size } = statSync(join(guides, "images", name));
		demand(size <= mostBytes, `docs/guide/images/${name} has ${size} bytes, and ${mostBytes} are the most`);
	}
	await takePictures(binary, join(work, "pictures"));
}

function same(one, these, other, those) {
	const [a, b] = [new Set(these), new Set(those)];
	const only = [
		...[...a].filter((name) => !b.has(name)).map((name) => `${one} ${name}, which nothing else has`),
		...[...b].filter((name) => !a.has(name)).map((name) => `${other} ${name}, which nothing else has`),
	];
	demand(only.length === 0, `${one} other pictures than ${other}:`, only);
}

// ---------------------------------------------------------------- commands

/** A server in a folder of its own, and Alice, who runs it. */
async function begin(page) {
	const folder = join(work, page);
	mkdirSync(folder);
	const server = await startServer(binary, { data: join(folder, "data"), admin: true });
	const alice = caller(server.url, {});
	await alice("POST", "/session", { email: "alice@example.com", password });
	return { folder, server, alice };
}

/** Runs the marked blocks of a guide as one script; answers what it said, and how to ask whether it said this. */
async function runBlocks(page, folder, env) {
	writeFileSync(join(folder, "main.sh"), programs(`docs/guide/${page}.md`, "sh run").get("main"));
	const said = await finish("bash", ["-euo", "pipefail", "main.sh"], { cwd: folder, env });
	return (text) =>
		demand(
			said.some((line) => line.includes(text)),
			`it did not say “${text}”`,
			said,
		);
}

async function runPrograms() {
	const { folder, server, alice } = await begin("programs");
	const project = await alice("POST", "/projects", { name: "Garden", key: "GARD" });
	const token = await alice("POST", "/tokens", { name: "guide", scopes: ["read", "write"], project_ids: [project.id] });
	const says = await runBlocks("programs", folder, { BOARDCAST_URL: server.url, BOARDCAST_TOKEN: token.secret });
	for (const text of ["I am Alice", "GARD Garden", "made task ", "priority high", "412: others changed priority"])
		says(text);
	for (const text of [" task.created", " task.completed, after the cut", "webhook for task.created and task.completed"])
		says(text);
	says("find_tasks");
	const { tasks } = await alice("GET", `/projects/${project.id}/board`);
	const made = tasks.filter(({ title }) => title === "Water the plants");
	demand(made.length === 1 && made[0].priority === "high" && made[0].completed_at, "its task is not as the guide says");
	const { items } = await alice("GET", `/projects/${project.id}/webhooks`);
	demand(items.length === 1, `there are ${items.length} webhooks`);
	server.child.kill();
}

async function runServer() {
	const { folder, server, alice } = await begin("run");
	const bin = join(folder, "bin");
	mkdirSync(bin);
	symlinkSync(binary, join(bin, "boardcast"));
	// The folder `data` is what the commands take by themselves.
	const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, BOARDCAST_LISTEN: new URL(server.url).host };
	const says = await runBlocks("run", folder, env);
	for (const text of ["created bob@example.com", "/reset-password#", "audit log, entries 1 to", "restored 2 people"])
		says(text);
	says(`public url: ${server.url} answers`);
	const { items } = await alice("GET", "/admin/users");
	demand(
		items.some(({ email }) => email === "bob@example.com"),
		"Bob has no account",
	);
	for (const file of ["boards.tar.zst", "try/boardcast.db"])
		demand(existsSync(join(folder, file)), `there is no ${file}`);
	server.child.kill();
}

// ---------------------------------------------------------------- all of them

const shell = (...more) => ["bash", ...more].filter((program) => !where(program));
const checks = {
	links: { lacks: () => [], check: links },
	programs: { lacks: () => shell("curl", "jq"), check: runPrograms },
	run: { lacks: () => shell(), check: runServer },
	pictures: { lacks: () => (findBrowser() ? [] : ["chromium"]), check: pictures },
};
let failed = 0;
try {
	for (const name of wanted.length > 0 ? wanted : Object.keys(checks)) {
		const lacking = checks[name].lacks();
		if (lacking.length > 0) {
			console.log(`SKIPPED guides, ${name}: no ${lacking.join(", ")}`);
			continue;
		}
		try {
			await checks[name].check();
			console.log(`ran guides, ${name}`);
		} catch (error) {
			failed += 1;
			console.log(`FAILED guides, ${name}: ${error.stack ?? error}`);
		}
	}
} finally {
	leave();
}
process.exit(failed > 0 ? 1 : 0);
