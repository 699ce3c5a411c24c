#!/usr/bin/env node
// Shows that each SQL statement of the server ran: tests/statements.mjs FILE
//
// The statements are one text for both databases and nothing checks them before they run, so the suite must run
// every one on each. FILE holds those that ran, one a line, as debug builds write them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', 'src');
const sources = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.rs'));

const flat = (text) => text.replace(/\\(.)/g, '$1').split(/\s+/).filter(Boolean).join(' ');

const known = new Map();
for (const name of sources) {
  // What stands behind the unit tests' heading is theirs.
  const [text] = readFileSync(join(root, name), 'utf8').split('#[cfg(test)]\nmod tests');
  for (const [, literal] of text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)) {
    if (/^\s*(select|insert into|update|delete from)\s/.test(literal)) known.set(flat(literal), name);
  }
}

// Not asked by the server's own path: the checks at the start and the doorbell have their own connections.
const elsewhere = /^select (sqlite_version\(\)|journal_mode|cast\(synchronous|cast\(foreign_keys|pg_notify)/;

const ran = new Set(readFileSync(process.argv[2], 'utf8').split('\n').map(flat));
const missing = [...known].filter(([sql]) => !ran.has(sql) && !elsewhere.test(sql));
for (const [sql, name] of missing) console.log(`never ran: ${name}: ${sql}`);
console.log(`${known.size - missing.length} of ${known.size} statements ran`);
process.exitCode = missing.length > 0 ? 1 : 0;
