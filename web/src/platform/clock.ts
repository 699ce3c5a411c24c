import { computed, type ReadonlySignal, signal } from "@preact/signals";

const minute = 60_000;
/** How often the clock is compared, and the jump that only a sleeping machine makes, in ms. */
const glance = 10_000;
const jump = 20_000;

const present = signal(Date.now());
const wakers = new Set<() => void>();

/** The time, in ms since 1970, and new each minute: what shows "3 minutes ago" or "today" reads it, and is drawn again. */
export const now: ReadonlySignal<number> = present;

/** The day in the time zone of the browser, as `YYYY-MM-DD`. It changes at midnight. */
export const dayNow = computed(() => {
	const date = new Date(present.value);
	const two = (part: number) => String(part).padStart(2, "0");
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
});

/** Calls back when the page is seen again, or the machine has slept: what the page believes may be old. */
export function onWake(listener: () => void): () => void {
	wakers.add(listener);
	return () => wakers.delete(listener);
}

/** Set the clock now: what is done and shown next has the right day. */
export function setClock(): void {
	present.value = Date.now();
}

export function startClock(): void {
	let last = Date.now();
	const wake = () => {
		last = Date.now();
		setClock();
		for (const waker of [...wakers]) waker();
	};
	// At the full minute, so that midnight is midnight.
	const tick = () => {
		setClock();
		setTimeout(tick, minute - (Date.now() % minute));
	};
	tick();
	setInterval(() => {
		const slept = Date.now() - last > glance + jump;
		last = Date.now();
		if (slept) wake();
	}, glance);
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden) wake();
	});
	document.addEventListener("resume", wake);
	addEventListener("pageshow", wake);
}
