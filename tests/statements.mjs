#!/usr/bin/env node
// Shows that each SQL statement of the server ran: tests/statements.mjs FILE sqlite|postgres
//
// The statements are one text for both databases and nothing checks them before they run, so the suite must run
// every one on each. Of a statement that is put together from parts, each part must have run. FILE holds what ran, one
// a line, as debug builds write it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "src");
const sources = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".rs"));

const flat = (text) => text.split(/\s+/).filter(Boolean).join(" ");
const unescaped = (literal) => literal.replace(/\\(.)/g, "$1");

const statement = /^\s*(select|insert into|update|delete from)\s/;
// What is asked while a database is opened or looked at, and of Postgres whether it may be written to, has connections of its own.
// What a backup reads and writes is put together from the names of the tables.
const opening = ["db/inspect.rs", "db/migrate.rs", "db/postgres/connect.rs", "db/tables.rs"];
const known = new Map();
for (const name of sources.filter((name) => !opening.includes(name.replaceAll("\\", "/")))) {
	// What stands behind the unit tests' heading is theirs.
	const [text] = readFileSync(join(root, name), "utf8").split("#[cfg(test)]\nmod tests");
	const code = text.replaceAll(/^\s*\/\/.*$/gm, "");
	const whole = [...code.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].filter(([, sql]) => statement.test(sql));
	const parts = code.matchAll(/\bpart\(\s*"((?:[^"\\]|\\.)*)"/gs);
	for (const [, sql] of [...whole, ...parts]) known.set(flat(unescaped(sql)), name);
}

// Not asked by the server's own path: the checks at the start and the hints between nodes have their own connections.
const elsewhere = /^select (sqlite_version\(\)|journal_mode|cast\(synchronous|cast\(foreign_keys|pg_notify)/;

// What only the other database is asked. With SQLite there is one node, which tells everybody itself.
const others = {
	sqlite: /^select (u\.id, u\.notification_seq|pg_database_size)/,
	postgres: /^select page_count/,
};

const [, , file, database] = process.argv;
const ran = new Set(readFileSync(file, "utf8").split("\n").map(flat));
const missing = [...known].filter(
	([sql]) => !ran.has(sql) && !elsewhere.test(sql) && !others[database].test(sql),
);
for (const [sql, name] of missing) console.log(`never ran: ${name}: ${sql}`);
console.log(`${known.size - missing.length} of ${known.size} statements ran`);
process.exitCode = missing.length > 0 ? 1 : 0;
