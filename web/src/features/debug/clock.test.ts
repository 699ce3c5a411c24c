import { describe, expect, it } from "vitest";
import { Clock } from "./clock";

/** Asks a server whose clock is ahead of ours, and whose answers take some time there and back. */
function ask(clock: Clock, ahead: number, from: number, times: number, [there, back] = [3, 4]): number {
	let now = from;
	for (let turn = 0; turn < times; turn += 1) {
		now += clock.nextRequest(now);
		const second = Math.floor((now + there + ahead) / 1000) * 1000;
		clock.answered(second, now, now + there + back);
		now += there + back;
	}
	return now;
}

describe("the server's clock", () => {
	it("is not known before it was asked", () => {
		const clock = new Clock();
		clock.heard(5000, 4000);
		expect(clock.ahead).toBeUndefined();
		expect(clock.since(5000, 6000)).toBeUndefined();
	});

	it.each([0, 1, 17.5, 499, 500, 999, -1, -750, 86_400_000, -3_600_123])(
		"is found to a few milliseconds when it is %d ms ahead",
		(ahead) => {
			const clock = new Clock();
			ask(clock, ahead, 1_700_000_000_123, 10);
			const found = clock.ahead;
			expect(found?.within).toBeLessThan(8);
			expect(Math.abs((found?.by ?? Number.NaN) - ahead)).toBeLessThanOrEqual(found?.within ?? 0);
		},
	);

	it("is known the better the more often it is asked, and never worse", () => {
		const clock = new Clock();
		let now = 1_700_000_000_400;
		let before = Number.POSITIVE_INFINITY;
		for (let turn = 0; turn < 8; turn += 1) {
			now = ask(clock, 321, now, 1);
			const within = clock.ahead?.within ?? Number.NaN;
			expect(within).toBeLessThanOrEqual(before);
			before = within;
		}
		expect(before).toBeLessThan(10);
	});

	it("tells how old an event is when it arrives", () => {
		const clock = new Clock();
		const now = ask(clock, 5000, 1_700_000_000_000, 10);
		const within = clock.ahead?.within ?? Number.NaN;
		const lag = clock.since(now + 5000 - 80, now) ?? Number.NaN;
		expect(Math.abs(lag - 80)).toBeLessThanOrEqual(within);
	});

	it("learns from an event that it cannot be as slow as it thought", () => {
		const clock = new Clock();
		clock.answered(10_000, 10_000, 10_010);
		// Between 10 ms behind and 1 s ahead; now it was certainly 700 ms ahead.
		clock.heard(20_700, 20_000);
		expect(clock.ahead).toEqual({ by: 850, within: 150 });
		expect(clock.since(20_700, 20_000)).toBe(150);
		expect(clock.since(30_000, 20_000)).toBe(0);
	});

	it("begins anew when a clock was set", () => {
		const clock = new Clock();
		ask(clock, 0, 1_700_000_000_000, 10);
		const now = ask(clock, 60_000, 1_700_000_100_000, 11);
		expect(Math.abs((clock.since(now + 60_000, now) ?? Number.NaN) - 0)).toBeLessThan(10);
	});
});
