import { expect, it } from "vitest";
import { numberOf } from "../../platform/days";
import { readDay } from "./place";

it("a day in the address counts only when it is one", () => {
	expect(readDay("2026-12-04")).toBe(numberOf("2026-12-04"));
	for (const wrong of [
		null,
		"",
		"2026-12",
		"2026-02-30",
		"2026-13-01",
		"0026-01-01",
		"3026-01-01",
		"today",
	]) {
		expect(readDay(wrong), String(wrong)).toBeUndefined();
	}
});
