// How long a board of Trello takes that a team has filled for years, from the upload to the last of its words in the search:
//
//     node benches/import/main.mjs --server target/release/boardcast [--database postgres://…]
//
// --server BINARY   the server
// --database URL    on Postgres; SQLite when absent
// --cards N         cards (10,000); three comments and a bit belong to each
// --file PATH       keep the file that is made here
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addAdministrator, signIn, startServer } from "../page/server.mjs";

const { values: options } = parseArgs({
	options: { server: { type: "string" }, database: { type: "string" }, cards: { type: "string" }, file: { type: "string" } },
});
if (!options.server) throw new Error("--server BINARY is missing");
const cards = Number(options.cards ?? 10_000);
const comments = Math.round(cards * 3.1);
const email = "alice@example.com";
const password = "correct-horse-battery";

const folder = mkdtempSync(join(tmpdir(), "boardcast-import-"));
let stop;
try {
	await main();
} finally {
	await stop?.();
	rmSync(folder, { recursive: true, force: true });
}

/** The same numbers in each run. */
function random(seed) {
	let state = seed;
	return (most) => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((state / 2_147_483_648) * most);
	};
}

function board() {
	const below = random(7);
	const id = (kind, n) => (1_500_000_000 + n).toString(16) + kind.toString(16).padStart(4, "0") + n.toString(16).padStart(12, "0");
	const words = "the garden needs water before noon and who has seen **the ladder** since the last meeting of our group in spring".split(" ");
	const text = (count) => Array.from({ length: count }, () => words[below(words.length)]).join(" ");
	const lists = Array.from({ length: 12 }, (_, n) => ({ id: id(1, n), name: `List ${n}`, closed: n === 11, pos: n * 16_384, idBoard: id(0, 0) }));
	const labels = Array.from({ length: 30 }, (_, n) => ({ id: id(2, n), idBoard: id(0, 0), name: n % 5 ? `label ${n}` : "", color: ["green", "red", "sky_dark", "pink_light"][n % 4] }));
	const members = Array.from({ length: 25 }, (_, n) => ({ id: id(3, n), fullName: `Person ${n}`, username: `person${n}`, initials: "P" }));
	const one = (list) => list[below(list.length)];
	const all = Array.from({ length: cards }, (_, n) => ({
		id: id(4, n), idShort: n + 1, shortLink: `s${n}`, shortUrl: `https://trello.com/c/s${n}`, name: `Card ${n} ${text(5)}`, desc: n % 3 ? `${text(30)}\n\n- ${text(5)}\n- [ ] ${text(3)}` : "",
		closed: n % 4 === 0, idList: one(lists).id, pos: below(1e6) + 0.5, due: n % 3 ? null : `2026-0${1 + below(9)}-1${below(9)}T12:00:00.000Z`, dueComplete: n % 7 === 0, start: null,
		idLabels: [one(labels).id], labels: [], idMembers: [one(members).id], idMembersVoted: [], idChecklists: [], badges: { comments: 3, attachments: n % 10 ? 0 : 1 },
		attachments: n % 10 ? [] : [{ id: id(5, n), name: `file ${n}`, url: `https://example.org/${n}`, isUpload: true, bytes: 7, date: "2024-01-01T00:00:00.000Z" }],
		customFieldItems: n % 5 ? [] : [{ id: id(6, n), idCustomField: id(7, 0), value: { number: String(n) } }], dateLastActivity: "2025-01-01T00:00:00.000Z", cover: { color: null }, stickers: [],
	}));
	const checklists = Array.from({ length: cards / 5 }, (_, n) => ({
		id: id(8, n), idCard: all[n * 5].id, name: "Steps", pos: 1, checkItems: Array.from({ length: 4 }, (_, i) => ({ id: id(9, n * 4 + i), name: text(4), state: i % 2 ? "complete" : "incomplete", pos: i })),
	}));
	const actions = Array.from({ length: comments }, (_, n) => {
		const member = one(members);
		const instant = new Date(1_600_000_000_000 + n * 60_000).toISOString();
		return { id: id(10, n), type: "commentCard", date: instant, idMemberCreator: member.id, memberCreator: member, data: { text: `${text(16)} mark${n}`, card: { id: all[n % cards].id, idShort: (n % cards) + 1 }, board: { id: id(0, 0) } } };
	});
	return { id: id(0, 0), name: "Years of a garden", desc: "", closed: false, lists, labels, members, cards: all, checklists, customFields: [{ id: id(7, 0), name: "Number", type: "number" }], actions };
}

async function main() {
	const data = join(folder, "data");
	mkdirSync(data);
	if (options.database) process.env.BOARDCAST_DATABASE_URL = options.database;
	addAdministrator(options.server, data, email, password);
	const server = await startServer(options.server, data);
	stop = server.stop;
	const call = await signIn(server.url, email, password);
	const file = JSON.stringify(board());
	if (options.file) writeFileSync(options.file, file);
	console.log(`${cards} cards, ${comments} comments, ${(file.length / 1024 / 1024).toFixed(1)} MiB`);
	const first = await run(call, file);
	say("s until the board stands, searchable", first.seconds, 5);
	const { report } = first.over;
	if (report.leaves.total !== report.leaves.taken + report.leaves.left) throw new Error("values are neither taken nor left");
	console.log(`${report.leaves.total} values: ${report.leaves.taken} taken, ${report.leaves.left} left and named`);
	const again = await run(call, file, false);
	say("events of the second import", again.over.report.events, 0);
	console.log(`the second import took ${again.seconds.toFixed(2)} s`);
}

/** From the upload until the last comment is found. */
async function run(call, file, fresh = true) {
	const begin = performance.now();
	const form = new FormData();
	form.set("file", new Blob([file]), "board.json");
	let over = await call("POST", "/imports", form);
	while (over.state === "queued" || over.state === "running") {
		await new Promise((done) => setTimeout(done, 20));
		over = await call("GET", `/imports/${over.id}`);
	}
	if (over.state !== "done") throw new Error(over.error);
	const found = await call("GET", `/search?q=mark${comments - 1}+is:open+is:done+is:archived&project=${over.project_id}`);
	if (found.items.length !== 1) throw new Error("the last comment is not found");
	const seconds = (performance.now() - begin) / 1000;
	const { taken } = over.report;
	if (fresh && (taken.tasks !== cards || taken.comments !== comments)) throw new Error(JSON.stringify(taken));
	return { over, seconds };
}

function say(what, value, limit) {
	console.log(`${what}: ${value.toFixed(2)} (at most ${limit})`);
	if (value > limit) process.exitCode = 1;
}
