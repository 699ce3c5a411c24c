import { expect, type Page } from "@playwright/test";
import axeCore, { type AxeResults, type RunOptions } from "axe-core";

/** What still moves or changes its colour is not what a person sees then. */
export async function settled(page: Page): Promise<void> {
	await page.evaluate(async () => {
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		const ending = document
			.getAnimations()
			.filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
		await Promise.allSettled(ending.map(({ finished }) => finished));
	});
}

interface Wanted {
	/** Only in elements like this. */
	within?: string;
	/** Only the rules about colours: the others have been asked on the same page already. */
	coloursOnly?: boolean;
}

/** What axe finds on the page as it stands, once nothing moves. Its script is brought into each document once. */
export async function axe(
	page: Page,
	{ within, coloursOnly }: Wanted = {},
): Promise<Pick<AxeResults, "violations">> {
	await settled(page);
	if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeCore.source);
	// What it finds in order costs time, and the style sheets that it would read again are for rules that are off.
	const options: RunOptions = { resultTypes: ["violations"], preload: false };
	if (coloursOnly) options.runOnly = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
	return page.evaluate(
		async ({ within, options }) => {
			const { axe } = globalThis as unknown as { axe: typeof axeCore };
			const { violations } = await axe.run(within ?? document, options);
			return { violations };
		},
		{ within, options },
	);
}

/** Each size is met in another theme first. */
const looks = [
	{ size: { width: 1280, height: 800 }, themes: ["light", "dark"] },
	{ size: { width: 390, height: 844 }, themes: ["dark", "light"] },
] as const;

/**
 * axe finds nothing, in both themes, on a desk and on a phone, and nothing sticks out. `show` brings the screen up for each
 * size, as a person would find it; when the theme changes then, the same screen differs by its colours only.
 */
export async function axeFindsNothing(page: Page, show?: () => Promise<void>): Promise<void> {
	await page.emulateMedia({ reducedMotion: "reduce" });
	for (const { size, themes } of looks) {
		await page.setViewportSize(size);
		for (const [turn, colorScheme] of themes.entries()) {
			await page.emulateMedia({ colorScheme });
			if (turn === 0) await show?.();
			// Skeletons are not the screen.
			if (show) await expect(page.locator(".skeleton")).toHaveCount(0);
			const { violations } = await axe(page, { coloursOnly: turn > 0 });
			const found = violations.flatMap(({ id, nodes }) =>
				nodes.map(({ target, any }) => `${id}: ${target.join(" ")}: ${any[0]?.message}`),
			);
			expect(found, `${colorScheme}, ${size.width} px`).toEqual([]);
			const outside = await page.evaluate(() => {
				const { scrollWidth, clientWidth } = document.documentElement;
				return scrollWidth - clientWidth;
			});
			expect(outside, `${size.width} px: pixels that stick out`).toBeLessThanOrEqual(0);
		}
	}
}
