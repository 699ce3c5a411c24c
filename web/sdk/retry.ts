// When a request that was not refused is sent again: later each time, never all clients at once, and never before the
// server asked for it.
import { Problem } from "./api/problem.ts";

const longestPause = 30_000;

/** How long to wait before trying again, in ms, after so many failures. */
export function pauseAfter(failures: number, error?: unknown): number {
	const asked = error instanceof Problem ? (error.retry_after ?? 0) * 1000 : 0;
	const step = Math.min(longestPause, 500 * 2 ** (failures - 1));
	return asked + step / 2 + (Math.random() * step) / 2;
}

/** What waits for each signal. One listener does for all of it: Node.js warns of many. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

function waitersOf(signal: AbortSignal): Set<() => void> {
	const known = waiting.get(signal);
	if (known) return known;
	const waiters = new Set<() => void>();
	waiting.set(signal, waiters);
	signal.addEventListener("abort", () => {
		for (const over of waiters) over();
	});
	return waiters;
}

/** Waits; an aborted signal ends the wait. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	if (signal?.aborted) return Promise.resolve();
	return new Promise((resolve) => {
		const waiters = signal && waitersOf(signal);
		const over = () => {
			clearTimeout(timer);
			waiters?.delete(over);
			resolve();
		};
		const timer = setTimeout(over, ms);
		waiters?.add(over);
	});
}

/**
 * Sends until the server has answered: again after a lost connection, after 429 and after 5xx. `send` has to send the same
 * `Idempotency-Key` each time, so that a request whose answer was lost has one effect.
 */
export async function withRetries<T>(send: () => Promise<T>, signal?: AbortSignal): Promise<T> {
	for (let failures = 1; ; failures++) {
		try {
			return await send();
		} catch (error) {
			if (!(error instanceof Problem) || !error.retryable || signal?.aborted) throw error;
			await sleep(pauseAfter(failures, error), signal);
			if (signal?.aborted) throw error;
		}
	}
}
