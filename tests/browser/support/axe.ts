import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** What still moves or changes its colour is not what a person sees then. */
export async function settled(page: Page): Promise<void> {
	await page.evaluate(async () => {
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
	});
}

/** axe finds nothing on the page as it stands, in both themes, on a desk and on a phone; nothing sticks out. */
export async function axeFindsNothing(page: Page): Promise<void> {
	await page.emulateMedia({ reducedMotion: "reduce" });
	for (const [width, height] of [
		[1280, 800],
		[390, 844],
	] as const) {
		await page.setViewportSize({ width, height });
		for (const colorScheme of ["light", "dark"] as const) {
			await page.emulateMedia({ colorScheme });
			await settled(page);
			const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
			const found = violations.flatMap(({ id, nodes }) =>
				nodes.map(({ target, any }) => `${id}: ${target.join(" ")}: ${any[0]?.message}`),
			);
			expect(found, `${colorScheme}, ${width} px`).toEqual([]);
			const outside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			expect(outside, `${width} px: pixels that stick out`).toBeLessThanOrEqual(0);
		}
	}
}
