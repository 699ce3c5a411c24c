// Runs the examples of docs/api against a real server: node tests/docs/run.mjs BINARY [page…]
//
// The blocks of a page are one program; one that begins with the name of a file is a program of its own. Each page does the same
// things, and what it did is looked for on the server: that it ran without an error is not enough.
import { createHmac } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import {
	caller,
	demand,
	finish,
	freePort,
	leave,
	password,
	patience,
	programs,
	root,
	start,
	startServer,
	until,
	where,
	work,
} from "./support.mjs";

const [binary, ...wanted] = process.argv.slice(2);
if (!binary) throw new Error("usage: node tests/docs/run.mjs BINARY [page…]");

// ---------------------------------------------------------------- the languages

const languages = {
	typescript: {
		fence: "ts",
		prepare: prepareTypeScript,
		run: (file) => [process.execPath, [file.replace(/\.ts$/, ".js")]],
	},
	python: { fence: "python", run: (file) => [process.env.PYTHON ?? "python3", ["-W", "error", file]] },
	go: { fence: "go", prepare: compileGo, run: (file) => [`./${file.replace(/\.go$/, "")}`, []] },
	curl: { fence: "sh", run: (file) => ["bash", ["-euo", "pipefail", file]] },
};

/** Installs the package as a stranger would, and compiles under the strictest settings. */
async function prepareTypeScript(folder, files) {
	const web = join(root, "web");
	const tsc = join(web, "node_modules/.bin/tsc");
	const sdk = join(web, "sdk");
	const installed = join(folder, "node_modules/boardcast");
	mkdirSync(installed, { recursive: true });
	await finish(tsc, ["-p", join(sdk, "tsconfig.json"), "--outDir", join(installed, "dist")]);
	cpSync(join(sdk, "package.json"), join(installed, "package.json"));
	mkdirSync(join(folder, "node_modules/@types"));
	for (const name of ["@types/node", "undici-types"]) {
		const from = join(web, "node_modules", name);
		if (existsSync(from)) cpSync(from, join(folder, "node_modules", name), { recursive: true });
	}
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals"];
	const how = ["--module", "nodenext", "--target", "es2023", "--lib", "es2024,dom,dom.iterable", "--types", "node"];
	await finish(tsc, [...strict, ...how, "--skipLibCheck", ...files], { cwd: folder });
}

/** `go run` would leave its program behind when it is killed. */
async function compileGo(folder, files) {
	const env = { GOTOOLCHAIN: "local", GO111MODULE: "off", GOCACHE: join(work, "go-cache") };
	for (const file of files) {
		await finish("go", ["vet", file], { cwd: folder, env });
		await finish("go", ["build", file], { cwd: folder, env });
	}
}

const endings = { ts: "ts", python: "py", go: "go", sh: "sh" };

// ---------------------------------------------------------------- what a page has to have done

async function runPage(page, server) {
	const { fence, prepare, run } = languages[page];
	const folder = join(work, page);
	mkdirSync(folder);
	const sources = [...programs(`docs/api/${page}.md`, fence)].map(([name, text]) => {
		const file = `${name}.${endings[fence]}`;
		writeFileSync(join(folder, file), text);
		return file;
	});
	await prepare?.(folder, sources);

	// A project of its own, which is all that its token reads; more tasks than a page of the list has.
	const alice = caller(server.url, {});
	await alice("POST", "/session", { email: "alice@example.com", password });
	const project = await alice("POST", "/projects", { name: `Launch ${page}` });
	const P = `/projects/${project.id}`;
	const [column] = (await alice("GET", `${P}/board`)).columns;
	const old = Array.from({ length: 60 }, (_, at) => `Task ${at + 1} of before`);
	for (const title of old) await alice("POST", `${P}/tasks`, { title, column_id: column.id });
	const token = await alice("POST", "/tokens", {
		name: page,
		scopes: ["read", "write"],
		project_ids: [project.id],
	});
	const port = await freePort();
	const hook = await alice("POST", `${P}/webhooks`, { url: `http://127.0.0.1:${port}/hook`, types: ["task.created"] });
	const given = { BOARDCAST_WEBHOOK_SECRET: hook.secret, PORT: String(port) };

	const receive = sources.find((file) => file.startsWith("receiver."));
	let received;
	if (receive) received = await startReceiver(run(receive), folder, given, port);
	// A shell receives nothing: it is handed a message that was sent.
	else Object.assign(given, await catchMessage(port, folder, () => alice("POST", `${P}/webhooks/${hook.id}/ping`)));

	const [command, args] = run(`main.${endings[fence]}`);
	const { head } = await alice("GET", `${P}/events`);
	const said = await finish(command, args, {
		cwd: folder,
		env: { ...given, BOARDCAST_URL: server.url, BOARDCAST_TOKEN: token.secret },
	});
	const has = (text) => said.some((line) => line.includes(text));

	demand(has("signed in as Alice"), "it did not sign in", said);
	for (const title of [old[0], old[59]]) demand(has(title), `it did not list ${title}`, said);
	demand(has("412: others changed"), "it did not meet the 412", said);
	demand(has("notes.txt, 16 bytes"), "it did not upload", said);

	const { items: events } = await alice("GET", `${P}/events?after=${head}&limit=200`);
	const numbers = said.flatMap((line) => /^(\d+) \w+\.\w+/.exec(line)?.[1] ?? []).map(Number);
	const expected = events.slice(0, numbers.length).map(({ seq }) => seq);
	demand(numbers.length >= 3, "it told fewer than three events", said);
	demand(String(numbers) === String(expected), `it told ${numbers}, and the log has ${expected}`, said);
	const cut = said.filter((line) => line.includes("from where it was cut"));
	demand(cut.length >= 1 && /completed/.test(cut[0]), "it did not go on where it was cut", said);

	const { tasks } = await alice("GET", `${P}/board`);
	const task = tasks.filter(({ title }) => title === "Write the announcement, in short");
	demand(task.length === 1 && task[0].completed_at, "its task is not on the board once, and completed", said);
	demand(!tasks.some(({ title }) => /long|no announcement/.test(title)), "the refused edit had an effect", said);
	const { items } = await alice("GET", `${P}/tasks/${task[0].id}/attachments`);
	demand(items.length === 1, `the task has ${items.length} attachments`, said);
	const content = await fetch(`${server.url}/api/v1${P}/attachments/${items[0].id}/content`, {
		headers: { Authorization: `Bearer ${token.secret}` },
	});
	demand((await content.text()) === "Short and true.\n", "the file is another one", said);

	if (received) {
		await until("the webhook's message", () => received.said.some((line) => line === "received task.created"));
		await refusesForged(port, hook.secret, received);
		received.child.kill();
	} else demand(has("genuine: "), "it did not find the message genuine", said);
	if (!received) await shellFindsForged(run, folder, given);
}

/** It is there when it answers. */
async function startReceiver([command, args], folder, env, port) {
	const process = start(command, args, { cwd: folder, env });
	const end = Date.now() + patience;
	while (!(await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}" }).catch(() => undefined))) {
		if (process.child.exitCode !== null || Date.now() > end)
			throw new Error(`the receiver did not begin:\n${process.said.join("\n")}`);
		await new Promise((next) => setTimeout(next, 100));
	}
	return process;
}

async function refusesForged(port, secret, received) {
	const body = JSON.stringify({ type: "task.forged", timestamp: new Date().toISOString(), data: {} });
	const post = async (key, seconds) => {
		const mac = createHmac("sha256", key).update(`msg_1.${seconds}.${body}`).digest("base64");
		const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(seconds), "webhook-signature": `v1,${mac}` };
		return (await fetch(`http://127.0.0.1:${port}/hook`, { method: "POST", headers, body })).status;
	};
	const now = Math.floor(Date.now() / 1000);
	const key = Buffer.from(secret.replace("whsec_", ""), "base64");
	demand((await post(Buffer.from("another key"), now)) === 401, "it took a forged message", received.said);
	demand((await post(key, now - 3600)) === 401, "it took a message of an hour ago", received.said);
	demand((await post(key, now)) === 204, "it refused a genuine message", received.said);
}

/** A message as it was sent: its body in a file, its headers as variables. */
async function catchMessage(port, folder, cause) {
	let caught;
	const server = createServer(async (request, response) => {
		const parts = [];
		for await (const part of request) parts.push(part);
		caught = { headers: request.headers, body: Buffer.concat(parts) };
		response.writeHead(204).end();
	}).listen(port, "127.0.0.1");
	await cause();
	await until("a message", () => caught);
	writeFileSync(join(folder, "message.json"), caught.body);
	// The script makes a task, which is sent too.
	server.unref();
	const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = caught.headers;
	return { id, timestamp, signature };
}

/** The last block alone, with another signature. */
async function shellFindsForged(run, folder, env) {
	const text = readFileSync(join(folder, "main.sh"), "utf8");
	writeFileSync(join(folder, "forged.sh"), text.slice(text.indexOf("key=$(printf")));
	const [command, args] = run("forged.sh");
	const forged = { ...env, signature: `v1,${Buffer.alloc(32).toString("base64")}` };
	const { said, ended } = start(command, args, { cwd: folder, env: forged });
	demand((await ended) === 1 && said.includes("forged"), "it took a forged message", said);
}

// ---------------------------------------------------------------- all pages

const needs = { python: ["python3"], go: ["go"], curl: ["bash", "curl", "jq", "openssl"], typescript: [] };
let failed = 0;
try {
	const server = await startServer(binary);
	for (const page of wanted.length > 0 ? wanted : Object.keys(languages)) {
		const missing = needs[page].filter((program) => !where(program));
		if (missing.length > 0) {
			console.log(`SKIPPED ${page}: no ${missing.join(", ")}`);
			continue;
		}
		try {
			await runPage(page, server);
			console.log(`ran ${page}`);
		} catch (error) {
			failed += 1;
			console.log(`FAILED ${page}: ${error.stack ?? error}`);
		}
	}
} finally {
	leave();
}
process.exit(failed > 0 ? 1 : 0);
