import type { Metrics } from "boardcast";
import { live as words } from "./messages";

/** A number of the server, with its course. */
export interface Tile {
	name: string;
	label: string;
	ink: string;
	/** Null where the server does not know it. */
	value: (sample: Metrics) => number | null;
	say: (value: number) => string;
	/** In place of what is not known. */
	none?: string;
	/** What stands smaller behind it. */
	more?: (sample: Metrics) => string;
	/** It should be looked into. */
	isTrouble?: (sample: Metrics) => boolean;
}

/** Over one second a person no longer sees changes as they happen. */
const slow = 1000;

export const tiles: readonly Tile[] = [
	{ name: "people", label: words.people, ink: "accent", value: (s) => s.people_online, say: words.count },
	{ name: "streams", label: words.streams, ink: "accent", value: (s) => s.streams, say: words.count },
	{
		name: "changes",
		label: words.changes,
		ink: "bar-0",
		value: (s) => s.changes_per_second,
		say: words.rate,
	},
	{
		name: "requests",
		label: words.requests,
		ink: "bar-0",
		value: (s) => s.requests_per_second,
		say: words.rate,
	},
	{
		name: "errors",
		label: words.errors,
		ink: "danger",
		value: (s) => s.errors_per_second,
		say: words.rate,
		isTrouble: (s) => s.errors_per_second > 0,
	},
	{
		name: "lag",
		label: words.lag,
		ink: "bar-2",
		value: (s) => s.delivery_lag_ms.p99,
		say: words.ms,
		none: words.nothingDelivered,
		more: (s) => (s.delivery_lag_ms.p50 === null ? "" : words.half(words.ms(s.delivery_lag_ms.p50))),
		isTrouble: (s) => (s.delivery_lag_ms.p99 ?? 0) > slow,
	},
	{
		name: "load",
		label: words.load,
		ink: "bar-1",
		value: (s) => s.load?.[0] ?? null,
		say: words.load1,
		more: (s) => (s.load ? words.loads(s.load[1] ?? 0, s.load[2] ?? 0) : ""),
	},
	{ name: "memory", label: words.memory, ink: "bar-3", value: (s) => s.memory_bytes, say: words.bytes },
	{ name: "database", label: words.database, ink: "bar-3", value: (s) => s.database_bytes, say: words.bytes },
];
