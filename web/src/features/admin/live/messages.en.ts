import { bytes } from "../bytes";

const short = (value: number) => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });

export const live = {
	title: "The server now",
	hint: "New numbers come every five seconds.",
	where: (node: string, count: number) =>
		`New numbers every five seconds, from node ${node.slice(-6)}${count > 1 ? ` of ${count}` : ""}. The lines show the last ten minutes.`,
	broken: (when: string) =>
		`No new numbers since ${when}: the connection is broken. What stands here is old; the page tries again.`,
	people: "People online",
	streams: "Streams",
	changes: "Changes a second",
	requests: "Requests a second",
	errors: "Errors a second",
	lag: "Delivery lag, 99 of 100",
	nothingDelivered: "None",
	half: (time: string) => `half within ${time}`,
	load: "Load, one minute",
	memory: "Memory",
	database: "Database",
	unknown: "Unknown",
	count: (value: number) => value.toLocaleString("en"),
	rate: short,
	ms: (value: number) => (value >= 10_000 ? `${short(value / 1000)} s` : `${short(value)} ms`),
	load1: (value: number) => value.toFixed(2),
	loads: (five: number, fifteen: number) => `${five.toFixed(2)} in five, ${fifteen.toFixed(2)} in fifteen`,
	bytes,
	course: (label: string, low: string, high: string) => `${label} in the last ten minutes: ${low} to ${high}`,
	table: "Show the numbers",
	tableOf: "Numbers of the last two minutes",
	time: "Time",
};
