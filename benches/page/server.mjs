// A server of the release build on a data folder, and the page that is measured in front of it.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

/** Starts `binary` on `data`, with these words before its own; answers its address, its number, and how to end it. */
export function startServer(binary, data, words = []) {
	const args = [...words, "serve", "--listen", "127.0.0.1:0", "--data", data, "--limits", "off", "--signup", "open"];
	const child = spawn(binary, args, { env: environment(), stdio: ["ignore", "pipe", "inherit"] });
	const ended = new Promise((done) => child.once("close", done));
	const stop = () => {
		child.kill("SIGTERM");
		return ended;
	};
	return new Promise((ready, fail) => {
		child.once("error", fail);
		child.once("close", (code) => fail(new Error(`the server ended with ${code}`)));
		createInterface({ input: child.stdout }).on("line", (line) => {
			const url = /^listening on (http:\S+)/.exec(line)?.[1];
			if (url) ready({ url: url.replace(/\/$/, ""), pid: child.pid, stop });
		});
	});
}

export function addAdministrator(binary, data, email, password) {
	const args = [
		"user",
		"add",
		"--data",
		data,
		"--email",
		email,
		"--name",
		"Alice",
		"--admin",
		"--password-stdin",
	];
	const run = spawnSync(binary, args, { input: `${password}\n`, encoding: "utf8", env: environment() });
	if (run.status !== 0) throw new Error(run.stderr || String(run.error));
}

/** Signs in; answers how to call the API: an object goes as JSON, a form as it is. */
export async function signIn(url, email, password) {
	const json = { "Content-Type": "application/json" };
	const answer = await fetch(`${url}/api/v1/session`, {
		method: "POST",
		headers: { ...json, Origin: url },
		body: JSON.stringify({ email, password }),
	});
	if (!answer.ok) throw new Error(await answer.text());
	const cookie = answer.headers.getSetCookie()[0].split(";")[0];
	// The last one is for uploads.
	const own = { Cookie: cookie, Origin: url, "X-Boardcast": "1" };
	return async (method, path, body) => {
		const isPlain = body !== undefined && !(body instanceof FormData);
		const sent = isPlain
			? { headers: { ...own, ...json }, body: JSON.stringify(body) }
			: { headers: own, body };
		const reply = await fetch(`${url}/api/v1${path}`, { method, ...sent });
		const text = await reply.text();
		if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
		return text ? JSON.parse(text) : undefined;
	};
}

function environment() {
	const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("BOARDCAST_") || name === "BOARDCAST_DATABASE_URL");
	return { ...Object.fromEntries(kept), BOARDCAST_LOG: "warn" };
}

/**
 * Serves the page of `dist` and passes the API on to `server`. Without `dist` the server's own page is served, through
 * the same proxy, so that both sides of a comparison pay for it.
 */
export async function startPage(server, dist) {
	const files = dist ? await read(dist, server) : new Map();
	const proxy = createServer((incoming, outgoing) => {
		const path = new URL(incoming.url, server).pathname;
		const file = path.startsWith("/api/") ? undefined : (files.get(path) ?? files.get("/"));
		if (file) outgoing.writeHead(200, file.headers).end(file.body);
		else pass(server, incoming, outgoing);
	});
	await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
	return {
		url: `http://127.0.0.1:${proxy.address().port}`,
		stop: () => {
			proxy.closeAllConnections();
			proxy.close();
		},
	};
}

function pass(server, incoming, outgoing) {
	const { hostname, port } = new URL(server);
	const options = { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers };
	const onward = request(options, (answer) => {
		outgoing.writeHead(answer.statusCode, answer.headers);
		answer.pipe(outgoing);
		// A stream's first frames must not wait for a full buffer.
		outgoing.flushHeaders();
	});
	onward.on("error", () => outgoing.destroy());
	outgoing.on("close", () => onward.destroy());
	incoming.pipe(onward);
}

const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html" };

/** The built files, with the security headers that the server sends. */
async function read(dist, server) {
	const policy = (await fetch(server)).headers.get("content-security-policy") ?? "";
	const files = new Map();
	for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath ?? entry.path, entry.name);
		const name = relative(dist, path);
		const headers = {
			"Content-Type": types[extname(name)] ?? "application/octet-stream",
			"Content-Encoding": "gzip",
			"Content-Security-Policy": policy,
			"Cache-Control": name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
		};
		files.set(name === "index.html" ? "/" : `/${name}`, { headers, body: gzipSync(readFileSync(path)) });
	}
	return files;
}
