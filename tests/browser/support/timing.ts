import type { Page, Response } from "@playwright/test";

/** The pauses, in ms, after which a test looks again; the last one goes on. */
export const intervals = [20, 50, 100, 100, 250];

/** The moment at which the server's answer began to arrive, in ms since 1970. */
export async function answeredAt(response: Promise<Response>): Promise<number> {
	const answer = await response;
	await answer.finished();
	const { startTime, responseStart } = answer.request().timing();
	return startTime + responseStart;
}

/**
 * Watches a page from now on; the function that is answered waits for the moment at which the first element that
 * `selector` finds says `text`, or anything else than now. It is read inside the page, so asking costs no time.
 */
export async function watch(page: Page, selector: string, text?: string): Promise<() => Promise<number>> {
	const handle = await page.evaluateHandle(
		({ selector, text }) => {
			const says = () => {
				const element = document.querySelector(selector);
				return element && `${element.getAttribute("aria-label") ?? ""} ${element.textContent}`;
			};
			const before = says();
			const over = () => (text === undefined ? says() !== before : (says()?.includes(text) ?? false));
			const moment = new Promise<number>((resolve) => {
				const look = () => {
					if (!over()) return;
					changes.disconnect();
					resolve(Date.now());
				};
				const changes = new MutationObserver(look);
				changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
				look();
			});
			return { moment };
		},
		{ selector, text },
	);
	return () => handle.evaluate(({ moment }) => moment);
}

/** Each page that is opened from now on has a mark `painted` behind the frame in which its first card was drawn. */
export async function markPainted(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const seen = new MutationObserver(() => {
			if (!document.querySelector(".card")) return;
			seen.disconnect();
			requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
		});
		seen.observe(document, { subtree: true, childList: true });
	});
}

/** A measured figure, for whoever reads the run. */
export function figure(text: string): void {
	process.stdout.write(`    ${text}\n`);
}

/** Waits for the parts of the page that are downloaded while it is idle. */
export function idlePartsLoaded(page: Page): Promise<void> {
	return loaded(page, "soon");
}

/** Waits until a part of the page has come. */
export async function loaded(page: Page, part: string): Promise<void> {
	await page.waitForFunction(
		(prefix) =>
			performance
				.getEntriesByType("resource")
				.some(
					({ name, responseEnd }: { name: string; responseEnd?: number }) =>
						name.includes(prefix) && responseEnd !== 0,
				),
		`/${part}-`,
	);
}
