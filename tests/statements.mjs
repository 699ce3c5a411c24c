#!/usr/bin/env node
// Shows that each SQL statement of the server ran: tests/statements.mjs FILE sqlite|postgres
//
// The statements are one text for both databases and nothing checks them before they run, so the suite must run
// every one on each. FILE holds those that ran, one a line, as debug builds write them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', 'src');
const sources = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.rs'));

const flat = (text) => text.split(/\s+/).filter(Boolean).join(' ');
const unescaped = (literal) => literal.replace(/\\(.)/g, '$1');

const known = new Map();
for (const name of sources) {
  // What stands behind the unit tests' heading is theirs.
  const [text] = readFileSync(join(root, name), 'utf8').split('#[cfg(test)]\nmod tests');
  for (const [, literal] of text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)) {
    if (/^\s*(select|insert into|update|delete from)\s/.test(literal)) known.set(flat(unescaped(literal)), name);
  }
}

// Not asked by the server's own path: the checks at the start and the doorbell have their own connections.
const elsewhere = /^select (sqlite_version\(\)|journal_mode|cast\(synchronous|cast\(foreign_keys|pg_notify)/;

// With SQLite there is one node, which tells everybody itself.
const nodes = /^select u\.id, u\.notification_seq/;

const [, , file, database] = process.argv;
const ran = new Set(readFileSync(file, 'utf8').split('\n').map(flat));
const missing = [...known].filter(([sql]) => !ran.has(sql) && !elsewhere.test(sql) && !(database === 'sqlite' && nodes.test(sql)));
for (const [sql, name] of missing) console.log(`never ran: ${name}: ${sql}`);
console.log(`${known.size - missing.length} of ${known.size} statements ran`);
process.exitCode = missing.length > 0 ? 1 : 0;
