// What the library `ical.js` reads in a calendar: one JSON object an entry, on a line each.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// The library stands in a folder of its own.
const folder = process.argv[2];
const found = createRequire(join(folder, "package.json")).resolve("ical.js");
const { default: ICAL } = await import(pathToFileURL(found));

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const say = (line) => console.log(JSON.stringify(line));
say({ name: calendar.getFirstPropertyValue("x-wr-calname"), every: String(calendar.getFirstPropertyValue("x-published-ttl")) });
for (const entry of calendar.getAllSubcomponents()) {
	const value = (name) => entry.getFirstPropertyValue(name) ?? null;
	const text = (name) => value(name)?.toString() ?? null;
	const day = (name) => {
		const at = value(name);
		if (at && !at.isDate) throw new Error(`${name} is no day`);
		return at?.toString() ?? null;
	};
	say({
		kind: entry.name.toUpperCase(),
		uid: text("uid"),
		summary: text("summary"),
		description: text("description"),
		start: day("dtstart"),
		end: day("dtend"),
		due: day("due"),
		status: text("status"),
		priority: value("priority"),
		sequence: value("sequence"),
		modified: text("last-modified"),
		categories: (entry.getFirstProperty("categories")?.getValues() ?? []).sort(),
	});
}
