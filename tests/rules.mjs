#!/usr/bin/env node
// The rules of the code's layout that no compiler checks: tests/rules.mjs [ROOT]
//
// Each breach is one line, file:line first. An exception stands in this file with its reason. The lists of exceptions
// only shrink: one that is no longer needed is a breach as well.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? join(import.meta.dirname, "..");

// ---------------------------------------------------------------- what the rules are about

// From the ground up: a folder imports only from those before it.
const layers = [
	"base", "import", "markdown", "mail", "outgoing", "push", "db", "files", "log", "auth", "live", "change", "model", "backup", "http", "jobs", "cli",
];
// Beside the layers: these import from no layer, and every layer may import from them …
const shared = ["config", "faults"];
// … while `app`, what a running server shares, is made of the layers up to `live`, and seen from there upwards.
const app = { after: "live", from: "live" };
// The client reads a server from outside, for the commands.
const client = { importedBy: ["cli"] };

const withoutAxum = [
	"base", "import", "markdown", "mail", "outgoing", "push", "db", "files", "log", "auth", "change", "model", "backup",
];

const withSql = ["db", "log", "auth", "model"];
const sqlElsewhere = {
	"src/change/project.rs":
		"the number of a change and the actor's role are read by the statement that locks the project",
	"src/change/idempotency.rs": "stored answers are written in the transaction of the change that they answer",
	"src/live/cluster/postgres.rs": "pg_notify goes over a connection of its own",
};

// Writes to a project's tables outside of `impl Object`, by file and table.
const writesElsewhere = {};

// Functions of the model that reach into a project which no membership names, by file and function.
const bareProjects = {
	"src/model/boards/proof.rs prove": "`boardcast verify` and the check of a restored backup read for no person",
	"src/model/imports/links.rs load": "the job of an import works for a project that `check_project` has just proved",
	"src/model/imports/plan.rs load": "the same",
	"src/model/imports/people.rs members": "the same",
	"src/model/imports/mod.rs discard": "the job takes back the project that its own import made",
	"src/model/imports/mod.rs check_project": "it is what proves the project, when an import is asked for and again when its turn comes",
	"src/model/markdown.rs render": "inside a change, and in the preview, where the guard has proved the project",
	"src/model/markdown.rs render_with": "the same",
	"src/model/admin_projects.rs check": "administrators are no members: they archive and delete a project, and read nothing of it",
	"src/model/project_trash.rs restore": "a deleted project has no membership: the statement asks for the caller's own",
	"src/model/project_trash.rs purge": "the same",
};

// Files of more than 600 lines, and files that do not say what they are for.
const tooLong = {};
const undescribed = {};

// Words that the code no longer uses, and what it says instead.
const gone = {
	// src/db
	Line: "GroupCommit, ShortText, Connection",
	Turn: "WriteTx",
	give_up: "abort_all",
	take_back: "rollback_part",
	Remembered: "WeakGroup",
	Lost: "CommitError",
	Lanes: "ProjectWriters",
	Lane: "PgTx",
	Reserve: "BallastFile",
	Trouble: "ErrorKind",
	Away: "Unavailable",
	Unsynced: "FsyncFailed",
	// src/change
	Work: "Transaction",
	unkept: "without_idempotency",
	unattended: "anonymous",
	Beginning: "NewSession",
	hand_over: "set_cookie",
	Minted: "CreatedToken",
	Listed: "SessionInfo",
	Standing: "ProjectHead",
	// src/live
	Hub: "Live",
	hub: "live",
	Pace: "Coalescer",
	Pages: "LogPageCache",
	Sleeper: "InlineDelivery",
	Berth: "Parked",
	Asleep: "ParkGuard",
	lay_down: "park",
	Bell: "HintQueue",
	Rung: "HintBatch",
	doorbell: "cluster hint",
	heard: "apply_hint",
	farewell: "lingering close",
	Handover: "upgrade",
	Outbox: "WriteBuffer",
	// src/http
	intake: "request",
	take_in: "read_request",
	taken_in: "with_body",
	dress: "add_headers",
	dressed: "add_headers",
	put_off: "retry_later",
	Seen: "CallerSlot",
};
// Folders in which such a word is another thing's name.
const homonyms = { Work: ["cli", "jobs"] };

// A sentence has an actor: the request, the client, the stream, the node, the task, the transaction.
const vague = /\b(whoever|somebody|nobody)\b/gi;

// How many breaches of a rule are left from before it. They only become fewer.
const left = {
	words: 0,
	comments: 0,
};

// ---------------------------------------------------------------- reading

/** Splits a source into code (comments and literals blanked, lines kept), comments and string literals. */
function scan(text, rust) {
	const code = [...text];
	const comments = [];
	const literals = [];
	const blank = (from, to) => {
		for (let i = from; i < to; i += 1) if (code[i] !== "\n") code[i] = " ";
	};
	const regexMayFollow = /(^|[(,=:[!&|?{};\n]|=>|\breturn)\s*$/;
	let at = 0;
	while (at < text.length) {
		const rest = text.slice(at, at + 200);
		let match;
		let end;
		if (rest.startsWith("//")) {
			end = text.indexOf("\n", at);
			if (end < 0) end = text.length;
			comments.push({ at, text: text.slice(at, end) });
		} else if (rest.startsWith("/*")) {
			end = text.indexOf("*/", at + 2) + 2;
			if (end < 2) end = text.length;
			comments.push({ at, text: text.slice(at, end) });
		} else if (rust && (match = /^b?r(#*)"/.exec(rest)) && !/\w/.test(text[at - 1] ?? "")) {
			const close = text.indexOf(`"${match[1]}`, at + match[0].length);
			end = close < 0 ? text.length : close + 1 + match[1].length;
			literals.push({ at, text: text.slice(at + match[0].length, close) });
		} else if (rest[0] === '"' || (!rust && (rest[0] === "'" || rest[0] === "`"))) {
			end = at + 1;
			while (end < text.length && text[end] !== rest[0] && (rest[0] !== "'" || text[end] !== "\n")) {
				end += text[end] === "\\" ? 2 : 1;
			}
			literals.push({ at, text: text.slice(at + 1, end) });
			end += 1;
		} else if (rust && (match = /^'(\\u\{\w+\}|\\.|[^\\'])'/u.exec(rest))) {
			end = at + match[0].length;
		} else if (!rust && rest[0] === "/" && regexMayFollow.test(text.slice(Math.max(0, at - 20), at))) {
			match = /^\/(\\.|\[(\\.|[^\]\\\n])*\]|[^/\\\n])+\//.exec(rest);
			end = at + (match?.[0].length ?? 1);
		} else {
			at += 1;
			continue;
		}
		blank(at, end);
		at = end;
	}
	return { text, code: code.join(""), comments, literals };
}

function files(folder, pattern) {
	const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : [];
	return names
		.filter((name) => pattern.test(name))
		.sort()
		.map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

const sources = files("src", /\.rs$/).map((name) => {
	const parts = name.split("/");
	const file = { name, folder: parts.length > 2 ? parts[1] : parts[1].replace(".rs", "") };
	return Object.assign(file, scan(readFileSync(join(root, name), "utf8"), true));
});
const page = files("web/src", /\.(ts|tsx|css)$/)
	.map((name) => Object.assign({ name }, scan(readFileSync(join(root, name), "utf8"), false)))
	// Generated from the comments of src/http.
	.filter(({ text }) => !/^\/\*[^/]*auto-generated/.test(text));

const line = (file, at) => file.text.slice(0, at).split("\n").length;
/** Where the unit tests of a file begin. */
const testsOf = (file) => {
	const found = file.text.search(/#\[cfg\(test\)\]\nmod \w+/);
	return found < 0 ? Number.POSITIVE_INFINITY : found;
};

// ---------------------------------------------------------------- the rules

const breaches = [];
const warnings = [];
const breach = (file, at, text) => breaches.push(`${file.name}:${line(file, at)}: ${text}`);

/** Reports what is found, or holds it against the list of exceptions, whose entries must each be needed. */
function except(list, found, report) {
	for (const item of found) if (!(item.key in list)) report(item);
	const keys = new Set(found.map((item) => item.key));
	for (const key of Object.keys(list)) {
		if (!keys.has(key))
			breaches.push(`tests/rules.mjs: the exception for ${key} is no longer needed: take it away`);
	}
}

/** Reports when there is more than is left from before. */
function ratchet(name, found, report) {
	if (found.length > left[name]) {
		breaches.push(
			`tests/rules.mjs: ${found.length} breaches of "${name}", and at most ${left[name]} may be left`,
		);
		found.forEach(report);
	} else if (found.length < left[name]) {
		warnings.push(
			`tests/rules.mjs: "${name}" has ${found.length} breaches left: lower its number from ${left[name]}`,
		);
	}
}

/** Every path into the crate: `use crate::{a::b, c}` and `crate::a::b` in code. */
function imports(file) {
	const found = [];
	for (const match of file.code.matchAll(/\bcrate::(\w+|\{)/g)) {
		if (match[1] !== "{") {
			found.push({ at: match.index, target: match[1] });
			continue;
		}
		let depth = 0;
		let fresh = true;
		for (let at = match.index + match[0].length; at < file.code.length && depth >= 0; at += 1) {
			const char = file.code[at];
			if (char === "{") depth += 1;
			else if (char === "}") depth -= 1;
			else if (char === "," && depth === 0) fresh = true;
			else if (fresh && /\w/.test(char)) {
				const target = /^\w+/.exec(file.code.slice(at))[0];
				if (depth === 0) found.push({ at, target });
				fresh = false;
			}
		}
	}
	return found;
}

function axum() {
	for (const file of sources.filter(({ folder }) => withoutAxum.includes(folder))) {
		for (const { index } of file.code.matchAll(/\baxum(_\w+)?\s*::/g)) {
			breach(file, index, `${file.folder}/ knows of axum: what concerns HTTP belongs to src/http`);
		}
	}
}

function downwards() {
	const rank = (folder) => layers.indexOf(folder);
	for (const file of sources) {
		const { folder } = file;
		for (const { at, target } of imports(file)) {
			if (target === folder) continue;
			let wrong = "";
			if (shared.includes(folder)) {
				if (!shared.includes(target) && target !== "base")
					wrong = `${folder} imports from no layer above base`;
			} else if (folder === "app") {
				if (rank(target) > rank(app.after)) wrong = `app imports from no layer above ${app.after}`;
			} else if (folder === "client") {
				if (rank(target) > 0) wrong = "the client reads a server from outside and imports only from base";
			} else if (rank(folder) >= 0) {
				if (target === "app" && rank(folder) < rank(app.from))
					wrong = `app is for ${app.from}/ and what is above it`;
				if (target === "client" && !client.importedBy.includes(folder))
					wrong = "the client is for the commands";
				if (rank(target) > rank(folder)) wrong = `imports flow downwards: ${layers.join(" < ")}`;
				if (rank(target) < 0 && ![...shared, "app", "client"].includes(target))
					wrong = `which layer is ${target}?`;
			} else if (!["lib", "main"].includes(folder)) {
				wrong = `which layer is ${folder}? tests/rules.mjs lists them`;
			}
			if (wrong) breach(file, at, `${folder} imports crate::${target}: ${wrong}`);
		}
	}
}

const statement =
	/^\s*(select\s|insert\s+into\s|update\s+\w+\s+(\w+\s+)?set\s|delete\s+from\s|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s)/;

function sql() {
	const found = [];
	for (const file of sources.filter(({ folder }) => !withSql.includes(folder))) {
		for (const { at, text } of file.literals) {
			if (at < testsOf(file) && statement.test(text)) found.push({ key: file.name, file, at });
		}
	}
	except(sqlElsewhere, found, ({ file, at }) => {
		breach(
			file,
			at,
			`an SQL statement outside of src/{${withSql.join(",")}}: it belongs beside the verb that needs it`,
		);
	});
}

/** From where to where the blocks of a file go that implement one of the traits. */
function blocks(file, traits) {
	const found = [];
	for (const match of file.code.matchAll(
		new RegExp(`\\bimpl(<[^>]*>)?\\s+(${traits})\\s+for\\b[^{]*\\{`, "g"),
	)) {
		let depth = 1;
		let at = match.index + match[0].length;
		for (; at < file.code.length && depth > 0; at += 1) {
			if (file.code[at] === "{") depth += 1;
			else if (file.code[at] === "}") depth -= 1;
		}
		found.push([match.index, at]);
	}
	return found;
}

function objects() {
	const declaring = sources.filter(({ folder }) => folder === "model");
	const kinds = new Set();
	for (const file of declaring) {
		for (const [from, to] of blocks(file, "Kind|Object")) {
			const kind = /\bconst\s+KIND\b[^=]*=\s*"(\w+)"/.exec(file.text.slice(from, to));
			if (kind) kinds.add(kind[1]);
		}
	}
	if (kinds.size === 0) {
		if (existsSync(join(root, "src/change/object.rs"))) breaches.push("src/model: no `const KIND` was found");
		return;
	}
	// `Object`, and what else extends `Kind`, such as the writes of many rows at once.
	const extending = sources.flatMap(({ code }) =>
		[...code.matchAll(/\btrait\s+(\w+)\s*:\s*Kind\b/g)].map(([, name]) => name),
	);
	const traits = ["Kind", "Object", ...extending].join("|");
	const write = new RegExp(
		`\\b(?:insert\\s+into|update|delete\\s+from)\\s+(${[...kinds].join("|")})\\b`,
		"g",
	);
	const found = [];
	for (const file of sources.filter(({ name }) => name !== "src/change/object.rs")) {
		const inside = file.folder === "model" ? blocks(file, traits) : [];
		for (const { at, text } of file.literals) {
			if (at >= testsOf(file) || inside.some(([from, to]) => from < at && at < to)) continue;
			for (const [, table] of text.matchAll(write))
				found.push({ key: `${file.name} ${table}`, file, at, table });
		}
	}
	except(writesElsewhere, found, ({ file, at, table }) => {
		breach(file, at, `${table} is written outside of its \`impl Object\`: no event would tell of it`);
	});
}

/** The parameters of each function that other files may call. */
function signatures(file) {
	const found = [];
	for (const match of file.code.matchAll(/\bpub\s+(?:const\s+)?(?:async\s+)?fn\s+(\w+)\s*(?:<[^(]*>)?\(/g)) {
		let depth = 1;
		let at = match.index + match[0].length;
		for (; at < file.code.length && depth > 0; at += 1) {
			if (file.code[at] === "(") depth += 1;
			else if (file.code[at] === ")") depth -= 1;
		}
		found.push({ at: match.index, name: match[1], parameters: file.code.slice(match.index + match[0].length, at) });
	}
	return found;
}

function memberships() {
	const found = [];
	for (const file of sources.filter(({ folder }) => folder === "model")) {
		for (const { at, name, parameters } of signatures(file)) {
			const reads = /:\s*(?:&\s*)?(?:mut\s+)?(?:Db|Tx|App|Change|Transaction|Query)\b/.test(parameters);
			if (at < testsOf(file) && reads && /:\s*&?\s*ProjectId\b/.test(parameters))
				found.push({ key: `${file.name} ${name}`, file, at, name });
		}
	}
	except(bareProjects, found, ({ file, at, name }) => {
		breach(file, at, `\`${name}\` takes a bare project id: take a \`&Membership\`, which only the guard makes, or a \`Change\``);
	});
}

function shape() {
	const silent = sources.filter(({ text }) => !/^\/\/! \S/.test(text));
	except(
		undescribed,
		silent.map((file) => ({ key: file.name, file })),
		({ file }) => {
			breach(file, 0, "the file opens without a `//!` sentence that says what it is for");
		},
	);
	const long = sources.map((file) => ({ key: file.name, file, count: file.text.split("\n").length - 1 }));
	except(
		tooLong,
		long.filter(({ count }) => count > 600),
		({ file, count }) => {
			breach(file, file.text.length, `${count} lines, and at most 600 are read at once: split it`);
		},
	);
	for (const { key, count } of long.filter(({ count }) => count > 400 && count <= 600)) {
		warnings.push(`${key}: ${count} lines; from 600 it is too long`);
	}
}

function words() {
	const word = new RegExp(`\\b(${Object.keys(gone).join("|")})\\b`, "g");
	const found = sources.flatMap((file) => {
		const used = [...file.code.matchAll(word)].map(({ index, 0: old }) => ({ file, index, old }));
		return used.filter(({ old }) => !homonyms[old]?.includes(file.folder));
	});
	ratchet("words", found, ({ file, index, old }) => breach(file, index, `\`${old}\` is gone: ${gone[old]}`));
}

function comments() {
	const found = [];
	for (const file of [...sources, ...page]) {
		for (const { at, text } of file.comments) {
			for (const match of text.matchAll(vague)) found.push({ file, at: at + match.index, word: match[0] });
		}
	}
	ratchet("comments", found, ({ file, at, word }) => {
		breach(
			file,
			at,
			`"${word}" in a comment: name the actor (the request, the client, the stream, the node, …)`,
		);
	});
}

function allowances() {
	for (const file of sources) {
		for (const match of file.code.matchAll(/#!?\[(?:cfg_attr\([^,]*,\s*)?(allow|expect)\(/g)) {
			const attribute = file.text.slice(match.index, file.code.indexOf("]", match.index));
			if (match[1] === "allow")
				breach(file, match.index, '`allow`: use `#[expect(…, reason = "…")]`, which ends with its cause');
			else if (!/\breason\s*=/.test(attribute)) breach(file, match.index, "`expect` without a reason");
		}
	}
}

for (const rule of [axum, downwards, sql, objects, memberships, shape, words, comments, allowances]) rule();

for (const text of warnings) console.log(`note: ${text}`);
for (const text of breaches) console.log(text);
console.log(
	breaches.length ? `${breaches.length} breaches` : `${sources.length} files of the server keep the rules`,
);
process.exitCode = breaches.length ? 1 : 0;
