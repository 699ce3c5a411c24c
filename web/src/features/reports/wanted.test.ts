import { expect, it } from "vitest";
import { askedOf, readWanted } from "./wanted";

const today = "2026-11-30";
const read = (query: string) => readWanted(new URLSearchParams(query), today);

it.each([
	["", "month", "2026-11-01", today, "day"],
	["range=fortnight", "fortnight", "2026-11-17", today, "day"],
	["range=quarter", "quarter", "2026-09-01", today, "week"],
	["range=quarter&interval=day", "quarter", "2026-09-01", today, "day"],
	["range=dates&from=2026-01-01&to=2026-01-31", "dates", "2026-01-01", "2026-01-31", "day"],
	["range=dates&from=2026-03-01&to=2026-01-31", "dates", "2026-01-31", "2026-03-01", "day"],
	["range=dates&from=2026-01-01", "month", "2026-11-01", today, "day"],
	["range=dates&from=tomorrow&to=2026-13-45", "month", "2026-11-01", today, "day"],
	["range=ever&interval=hour", "month", "2026-11-01", today, "day"],
])("%j asks for %s, %s to %s by %s", (query, range, from, to, interval) => {
	expect(read(query)).toMatchObject({ range, from, to, interval });
});

it("takes over the filter of the other views, the first of several", () => {
	const wanted = read("assignee=me,b&label=x,y&milestone=none&priority=high");
	expect(askedOf(wanted, "a")).toMatchObject({ assignee: "a", label: "x", milestone: "none" });
	expect(Object.keys(askedOf(read("label=none"), "a"))).toEqual(["from", "to", "interval"]);
});
