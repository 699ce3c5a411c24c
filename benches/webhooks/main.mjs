// Whether an endpoint that answers in 1 ms gets every event of a busy project, once and in order, and how late:
//
//     node benches/webhooks/main.mjs --server target/release/boardcast
//
// The server has the first core; who writes and who receives share the second. Needs `taskset`.
//
// --server BINARY   the server
// --rate N          changes a second (500)
// --seconds N       for so long (20)
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addAdministrator, signIn, startServer } from "../page/server.mjs";

const { values: options } = parseArgs({
	options: { server: { type: "string" }, rate: { type: "string" }, seconds: { type: "string" } },
});
if (!options.server) throw new Error("--server BINARY is missing");
const rate = Number(options.rate ?? 500);
const seconds = Number(options.seconds ?? 20);
const email = "alice@example.com";
const password = "correct-horse-battery";

const folder = mkdtempSync(join(tmpdir(), "boardcast-webhooks-"));
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
	const words = ["-c", "0", options.server, "--outgoing-networks", "127.0.0.0/8"];
	const server = await startServer("taskset", data, words);
	stops.push(server.stop);
	const receiver = await receive();
	const call = await signIn(server.url, email, password);
	const project = await call("POST", "/projects", { name: "Busy", template: "empty" });
	const at = `/projects/${project.id}`;
	const column = await call("POST", `${at}/columns`, { name: "To do" });
	const tasks = [];
	for (let n = 0; n < 16; n++)
		tasks.push((await call("POST", `${at}/tasks`, { title: `Task ${n}`, column_id: column.id })).id);
	const { seq: first } = await call("GET", `${at}/board`);
	await call("POST", `${at}/webhooks`, { url: receiver.url, types: ["*"] });

	// Each change goes out at its time, whether or not the earlier ones are answered.
	const all = rate * seconds;
	const answered = new Map();
	const begun = performance.now();
	const changes = [];
	for (let n = 0; n < all; n++) {
		const due = begun + (n * 1000) / rate;
		while (performance.now() < due) await new Promise((next) => setTimeout(next, due - performance.now()));
		const change = call("PATCH", `${at}/tasks/${tasks[n % tasks.length]}`, { title: `Title ${n}` });
		changes.push(change.then(({ version }) => answered.set(version, performance.now())));
	}
	await Promise.all(changes);
	const wrote = (performance.now() - begun) / 1000;
	const last = Math.max(...answered.keys());
	for (let turn = 0; receiver.last() < last; turn++) {
		if (turn === 600) throw new Error(`the endpoint stands at ${receiver.last()} of ${last}`);
		await new Promise((next) => setTimeout(next, 100));
	}
	const took = (performance.now() - begun) / 1000;
	const expected = Array.from({ length: last - first }, (_, n) => first + 1 + n);
	if (JSON.stringify(receiver.seqs()) !== JSON.stringify(expected)) throw new Error("events were lost, doubled or swapped");
	console.log(`${all} changes in ${wrote.toFixed(1)} s, all at the endpoint after ${took.toFixed(1)} s: none lost, none twice, in order`);
	const late = [...answered].map(([seq, when]) => receiver.when(seq) - when).sort((a, b) => a - b);
	const share = (part) => late[Math.floor((late.length - 1) * part)].toFixed(1);
	console.log(`from the answer to the endpoint: median ${share(0.5)} ms, 99 of 100 within ${share(0.99)} ms`);
	console.log(`a second to one endpoint: ${(all / took).toFixed(0)} (aim ${rate})`);
	if (all / took < rate * 0.95) process.exitCode = 1;
}

/** An endpoint that answers in 1 ms. */
async function receive() {
	const seqs = [];
	const times = new Map();
	const endpoint = createServer(async (incoming, outgoing) => {
		let body = "";
		for await (const part of incoming) body += part;
		const { seq } = JSON.parse(body).data;
		seqs.push(seq);
		times.set(seq, performance.now());
		setTimeout(() => outgoing.writeHead(204).end(), 1);
	});
	await new Promise((ready) => endpoint.listen(0, "127.0.0.1", ready));
	stops.push(() => {
		endpoint.closeAllConnections();
		endpoint.close();
	});
	const url = `http://127.0.0.1:${endpoint.address().port}/`;
	return { url, seqs: () => seqs, last: () => seqs.at(-1) ?? 0, when: (seq) => times.get(seq) };
}
