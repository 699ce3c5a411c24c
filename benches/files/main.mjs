// What attachments and comments cost, each beside the plain thing in the same run:
//
//     node benches/files/main.mjs --server target/release/boardcast
//
// An upload beside `sha256sum` and a copy that reaches the disk; a download beside nginx's of the same file, each on one
// core; memory with 50 uploads at once; a comment that 100 people watch beside one that only its author does.
//
// --server BINARY   the server
// --turns N         turns of uploads and downloads (5)
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addAdministrator, startServer } from "../page/server.mjs";

const { values: options } = parseArgs({ options: { server: { type: "string" }, turns: { type: "string" } } });
if (!options.server) throw new Error("--server BINARY is missing");
const turns = Number(options.turns ?? 5);
const size = 25 * 1024 * 1024;
const email = "alice@example.com";
const password = "correct-horse-battery";

/** What ends the uploads of which the first half was sent. */
const firstHalves = [];
const folder = mkdtempSync(join(tmpdir(), "boardcast-files-"));
const stops = [];
try {
	await main();
} finally {
	for (const stop of stops.reverse()) await stop();
	rmSync(folder, { recursive: true, force: true });
}

async function main() {
	const data = join(folder, "data");
	mkdirSync(data);
	addAdministrator(options.server, data, email, password);
	// Both servers on one core, what calls them on another.
	// One address may hold a quarter of the memory for bodies: room for 50 uploads of this one.
	const words = ["-c", "0", options.server, "--body-memory", "1024"];
	const server = await startServer("taskset", data, words);
	stops.push(server.stop);
	const call = await signIn(server.url);
	const project = await call("POST", "/projects", { name: "Files", template: "empty" });
	const column = await call("POST", `/projects/${project.id}/columns`, { name: "To do" });
	const task = () => call("POST", `/projects/${project.id}/tasks`, { title: "Files", column_id: column.id });
	const context = { server, call, project, task };
	await uploads(context);
	await memory(context);
	await downloads(context);
	await watchers(context);
}

async function uploads({ server, call, project, task }) {
	const { id } = await task();
	const ratios = [];
	for (let turn = 0; turn <= turns; turn++) {
		const file = fresh(`plain-${turn}`);
		const plain = childCpu("sh", ["-c", `sha256sum ${file} >${file}.sum && dd if=${file} of=${file}.copy bs=1M conv=fsync 2>/dev/null`]);
		const before = cpu(server.pid);
		const body = readFileSync(fresh(`upload-${turn}`));
		await call("POST", `/projects/${project.id}/tasks/${id}/attachments?name=upload-${turn}`, body);
		const used = cpu(server.pid) - before;
		// The first turn warms both up.
		if (turn > 0) ratios.push(used / plain);
	}
	say("CPU of an upload of 25 MiB, of sha256sum and a copy", median(ratios), 1.5);
}

async function memory({ server, call, project, task }) {
	const { id } = await task();
	writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
	const before = peak(server.pid);
	const half = randomBytes(size / 2);
	const all = Array.from({ length: 50 }, (_, n) => slowUpload(server, call, `/projects/${project.id}/tasks/${id}/attachments?name=many-${n}`, half));
	await Promise.all(all);
	const each = (peak(server.pid) - before) / 1024 / 50;
	say("MiB of memory for each of 50 uploads at once", each, 1);
}

/** In two halves, the second when all have sent the first. */
function slowUpload(server, call, path, half) {
	return new Promise((done, fail) => {
		const url = new URL(`${server.url}/api/v1${path}`);
		const headers = { ...call.headers, "Content-Type": "application/octet-stream", "Content-Length": 2 * half.length };
		const upload = request(url, { method: "POST", headers, agent: false }, (answer) => {
			answer.resume();
			answer.on("end", () => (answer.statusCode === 201 ? done() : fail(new Error(`${answer.statusCode}`))));
		});
		upload.on("error", fail);
		upload.write(half, () => {
			firstHalves.push(() => upload.end(half));
			if (firstHalves.length === 50) for (const finish of firstHalves) finish();
		});
	});
}

async function downloads({ server, call, project, task }) {
	const { id } = await task();
	const file = fresh("served");
	const made = await call("POST", `/projects/${project.id}/tasks/${id}/attachments?name=served`, readFileSync(file));
	const nginx = await startNginx(folder);
	const ours = `${server.url}/api/v1/projects/${project.id}/attachments/${made.id}/content`;
	const rates = [];
	for (let turn = 0; turn <= turns; turn++) {
		const [one, other] = [rate(`${nginx}/served`), rate(ours, call.headers.Authorization)];
		if (turn > 0) rates.push(other / one);
	}
	say("rate of a download, of nginx's", median(rates), 0.7, (value, aim) => value >= aim);
}

/** Bytes a second, over 40 downloads on one connection. */
function rate(url, authorization) {
	const urls = Array(40).fill(url).flatMap((one) => ["-o", "/dev/null", one]);
	const headers = authorization ? ["-H", `Authorization: ${authorization}`] : [];
	const begun = process.hrtime.bigint();
	const run = spawnSync("taskset", ["-c", "1", "curl", "-sf", ...headers, ...urls]);
	if (run.status !== 0) throw new Error(`curl ended with ${run.status}: ${run.stderr}`);
	return (40 * size) / Number(process.hrtime.bigint() - begun);
}

async function startNginx(root) {
	const port = 20_000 + Math.floor(Math.random() * 20_000);
	writeFileSync(
		join(root, "nginx.conf"),
		`daemon off; worker_processes 1; pid ${root}/nginx.pid; error_log ${root}/nginx.log;
		events { worker_connections 64; }
		http { access_log off; sendfile on; client_body_temp_path ${root}/body; proxy_temp_path ${root}/proxy;
		fastcgi_temp_path ${root}/fastcgi; uwsgi_temp_path ${root}/uwsgi; scgi_temp_path ${root}/scgi;
		server { listen 127.0.0.1:${port}; root ${root}; } }`,
	);
	spawnSync("chmod", ["-R", "a+rX", root]);
	const child = spawn("taskset", ["-c", "0", "nginx", "-p", root, "-c", join(root, "nginx.conf")], { stdio: "inherit" });
	stops.push(() => child.kill("SIGTERM"));
	const url = `http://127.0.0.1:${port}`;
	for (let tries = 0; ; tries++) {
		try {
			await fetch(url);
			return url;
		} catch (error) {
			if (tries === 100) throw error;
			await new Promise((done) => setTimeout(done, 50));
		}
	}
}

async function watchers({ server, call, project, task }) {
	const alone = await task();
	const watched = await task();
	for (let n = 0; n < 100; n++) {
		const person = await signUp(server.url, `watcher-${n}@example.com`);
		const { secret } = await call("POST", `/projects/${project.id}/invitations`, { role: "viewer" });
		await person("POST", "/invitations/accept", { secret });
		await person("PUT", `/projects/${project.id}/tasks/${watched.id}/watch`);
	}
	const times = { alone: [], watched: [] };
	for (let turn = 0; turn < 30; turn++) {
		for (const [name, { id }] of Object.entries({ alone, watched })) {
			const begun = performance.now();
			await call("POST", `/projects/${project.id}/tasks/${id}/comments`, { body: `Turn ${turn}` });
			times[name].push(performance.now() - begun);
		}
	}
	const [one, many] = [median(times.alone), median(times.watched)];
	console.log(`a comment with 100 watchers: ${many.toFixed(1)} ms (aim 20), ×${(many / one).toFixed(1)} of one without`);
}

function fresh(name) {
	const path = join(folder, name);
	writeFileSync(path, randomBytes(size));
	return path;
}

function say(what, value, aim, good = (value, aim) => value <= aim) {
	console.log(`${what}: ${value.toFixed(2)} (aim ${aim})${good(value, aim) ? "" : " MISSED"}`);
}

function median(values) {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Seconds of processor time of a process, its kernel time included. */
function cpu(pid) {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

function childCpu(command, args) {
	const timed = spawnSync("bash", ["-c", `TIMEFORMAT='%U %S'; time "$0" "$@"`, command, ...args], {
		encoding: "utf8",
	});
	if (timed.status !== 0) throw new Error(timed.stderr);
	const [user, kernel] = timed.stderr.trim().split(" ").map(Number);
	return user + kernel;
}

/** The most memory that a process has had since its marks were cleared, in KiB. */
function peak(pid) {
	return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

function caller(url, headers) {
	const call = async (method, path, body) => {
		const binary = body instanceof Uint8Array;
		const type = body === undefined ? {} : { "Content-Type": binary ? "application/octet-stream" : "application/json" };
		const answer = await fetch(`${url}/api/v1${path}`, {
			method,
			headers: { ...headers, ...type },
			body: binary || body === undefined ? body : JSON.stringify(body),
		});
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		return answer.status === 204 ? undefined : answer.json();
	};
	return Object.assign(call, { headers });
}

async function byToken(url, cookie) {
	const { secret } = await caller(url, { Origin: url, Cookie: cookie })("POST", "/tokens", { name: "bench", scopes: ["read", "write"] });
	return caller(url, { Authorization: `Bearer ${secret}` });
}

async function session(url, path, body) {
	const answer = await fetch(`${url}/api/v1${path}`, {
		method: "POST",
		headers: { Origin: url, "Content-Type": "application/json" },
		body: JSON.stringify(body),
	});
	if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
	return byToken(url, answer.headers.getSetCookie()[0].split(";")[0]);
}

function signIn(url) {
	return session(url, "/session", { email, password });
}

function signUp(url, address) {
	return session(url, "/users", { email: address, name: "Watcher", password });
}
