// What programs need that run the examples of the docs: processes that are gone at the end, a server of their own, requests, and the
// blocks of a page.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const root = resolve(import.meta.dirname, "../..");
export const work = mkdtempSync(join(tmpdir(), "boardcast-docs-"));
const children = new Set();
export const patience = 120_000;

// ---------------------------------------------------------------- programs

/** The environment without settings of the server, which it would refuse. */
export const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BOARDCAST_")));

/** A process that is gone at the end; `line` hears what it prints. */
export function start(command, args, { env = {}, cwd = work, line = () => {} } = {}) {
	const child = spawn(command, args, { cwd, env: { ...clean, ...env }, stdio: ["ignore", "pipe", "pipe"] });
	children.add(child);
	const said = [];
	const ended = new Promise((done, fail) => {
		child.once("error", fail);
		child.once("close", (code) => {
			children.delete(child);
			done(code);
		});
	});
	for (const stream of [child.stdout, child.stderr])
		createInterface({ input: stream }).on("line", (text) => {
			said.push(text);
			line(text);
		});
	return { child, said, ended };
}

/** Runs to the end; fails with what it said. */
export async function finish(command, args, options) {
	const { child, said, ended } = start(command, args, options);
	const timer = setTimeout(() => child.kill("SIGKILL"), patience);
	const code = await ended;
	clearTimeout(timer);
	if (code !== 0) throw new Error(`${command} ended with ${code}:\n${said.join("\n")}`);
	return said;
}

export async function until(what, look) {
	const end = Date.now() + 30_000;
	for (;;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await new Promise((next) => setTimeout(next, 50));
	}
}

export async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await new Promise((ready) => server.once("listening", ready));
	const { port } = server.address();
	await new Promise((closed) => server.close(closed));
	return port;
}

// ---------------------------------------------------------------- the server

export const password = "correct-horse-battery";

/** A server with Alice in it; `data` is its folder, and `settings` are more of its options. */
export async function startServer(binary, { data = join(work, "data"), settings = [], admin = false } = {}) {
	mkdirSync(data, { recursive: true });
	const account = ["--email", "alice@example.com", "--name", "Alice", "--password-stdin"];
	if (admin) account.push("--admin");
	execFileSync(binary, ["user", "add", "--data", data, ...account], { input: `${password}\n`, env: clean });
	let url = "";
	const args = [
		"serve",
		"--listen",
		"127.0.0.1:0",
		"--data",
		data,
		"--outgoing-networks",
		"127.0.0.0/8",
		"--limits",
		"off",
	];
	const server = start(binary, [...args, ...settings], {
		line: (text) => {
			url ||= /^listening on (http:\S+?)\/?$/.exec(text)?.[1] ?? "";
		},
	});
	await until("the server", () => {
		if (server.child.exitCode !== null) throw new Error(server.said.join("\n"));
		return url;
	});
	return { ...server, url };
}

/** Requests of Alice, by her cookie or by a token. */
export function caller(url, headers) {
	return async (method, path, body) => {
		const answer = await fetch(`${url}/api/v1${path}`, {
			method,
			headers: { Origin: url, ...headers, ...(body ? { "Content-Type": "application/json" } : {}) },
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
		if (cookie) headers.Cookie = cookie;
		return answer.status === 204 ? undefined : answer.json();
	};
}

// ---------------------------------------------------------------- the pages

/** The programs of a page's blocks, by the names of their files: those of no other name are `main`. */
export function programs(page, fence) {
	const text = readFileSync(join(root, page), "utf8");
	const found = new Map();
	for (const [, block] of text.matchAll(new RegExp(`^\`\`\`${fence}\\n([\\s\\S]+?)^\`\`\`$`, "gm"))) {
		const own = /^(?:\/\/|#) (\w+)\.\w+\n/.exec(block)?.[1];
		const name = own ?? "main";
		found.set(name, `${found.get(name) ?? ""}${found.has(name) ? "\n" : ""}${block}`);
	}
	if (!found.has("main")) throw new Error(`${page} has no block of ${fence}`);
	return found;
}

export function demand(truth, what, said = []) {
	if (!truth) throw new Error(`${what}\n${said.join("\n")}`);
}

/** The path of a program, if this machine has it. */
export function where(program) {
	const folders = (process.env.PATH ?? "").split(delimiter);
	return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Ends what still runs, and takes away what was written. */
export function leave() {
	for (const child of children) child.kill("SIGKILL");
	// What Go keeps is read-only.
	rmSync(work, { recursive: true, force: true });
}
