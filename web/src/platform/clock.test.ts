import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dayNow, onWake, setClock, startClock } from "./clock";
import { ago, today } from "./i18n/dates";

let page: EventTarget;

beforeEach(() => {
	page = new EventTarget();
	vi.useFakeTimers({ now: new Date(2026, 2, 1, 23, 58) });
	vi.stubGlobal("document", Object.assign(page, { hidden: false }));
	vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
	setClock();
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

it("knows at midnight that it is another day", () => {
	startClock();
	expect(today()).toBe("2026-03-01");
	vi.advanceTimersByTime(120_000);
	expect([today(), dayNow.peek()]).toEqual(["2026-03-02", "2026-03-02"]);
});

it("counts the minutes that go by", () => {
	startClock();
	const then = new Date().toISOString();
	vi.advanceTimersByTime(3 * 60_000);
	expect(ago(then)).toBe("3 minutes ago");
});

it("tells when the machine has slept, and when the page is seen again", () => {
	const woken = vi.fn();
	onWake(woken);
	startClock();
	vi.advanceTimersByTime(60_000);
	expect(woken).not.toHaveBeenCalled();
	vi.setSystemTime(Date.now() + 3_600_000);
	vi.advanceTimersByTime(10_000);
	expect(woken).toHaveBeenCalledOnce();
	page.dispatchEvent(new Event("visibilitychange"));
	expect(woken).toHaveBeenCalledTimes(2);
});
