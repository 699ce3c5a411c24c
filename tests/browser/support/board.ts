import { expect, type Locator, type Page } from "@playwright/test";
import type { Person } from "./people";
import { titles as onServer, type Project } from "./projects";

/** A board as somebody sees it. */
export class Board {
	constructor(readonly page: Page) {}

	column(name: string): Locator {
		return this.page.getByRole("region", { name: `Column ${name}`, exact: true });
	}

	/** The card of a task, found by its title. */
	card(title: string): Locator {
		return this.page.locator(".card").filter({ hasText: title });
	}

	link(title: string): Locator {
		return this.card(title).getByRole("link");
	}

	/** Titles by column, in the order in which they lie there. */
	titles(): Promise<Record<string, string[]>> {
		return this.page.locator(".column").evaluateAll((columns) =>
			Object.fromEntries(
				columns.map((column) => {
					const top = (card: Element) => card.getBoundingClientRect().top;
					const cards = [...column.querySelectorAll(".card")].sort((a, b) => top(a) - top(b));
					const name = column.querySelector("h2")?.textContent ?? "";
					return [name, cards.map((card) => card.querySelector(".card-title")?.textContent ?? "")];
				}),
			),
		);
	}

	async add(column: string, ...titles: string[]): Promise<void> {
		await this.column(column)
			.getByRole("button", { name: `Add a task to ${column}` })
			.click();
		const field = this.column(column).getByRole("textbox");
		for (const title of titles) {
			await field.fill(title);
			await field.press("Enter");
		}
		await field.press("Escape");
	}

	/** Nothing waits to be saved, and the page shows what the server has: no card lost, doubled or elsewhere. */
	async agrees(person: Person, project: Project): Promise<void> {
		await expect(this.page.locator("[data-pending]")).toHaveCount(0);
		await expect
			.poll(async () => same(await this.titles(), await onServer(person, project)))
			.toBe("the same");
	}

	/** Carries a card with the mouse to a point of another element; `drop` false keeps holding it. */
	async drag(title: string, to: Locator, at: "top" | "bottom" | "middle", drop = true): Promise<void> {
		const { mouse } = this.page;
		const card = this.card(title);
		// What drags comes behind the first cards.
		await expect(card).toHaveAttribute("draggable", "true");
		const from = await middle(card);
		await mouse.move(from.x, from.y);
		await mouse.down();
		await mouse.move(from.x + 6, from.y + 6, { steps: 3 });
		await expect(card).toHaveAttribute("data-dragging", "true");
		const target = await point(to, at);
		await mouse.move(target.x, target.y, { steps: 8 });
		// The page looks where the pointer is once a frame; dropped before that, the card would land where it was.
		await expect(async () => {
			await mouse.move(target.x + 1, target.y);
			await mouse.move(target.x, target.y);
			expect(await this.page.locator(".column[data-target] :is([data-edge], [data-end])").count()).toBe(1);
		}).toPass();
		if (drop) await mouse.up();
	}
}

export async function point(of: Locator, at: "top" | "bottom" | "middle"): Promise<{ x: number; y: number }> {
	const box = await boxOf(of);
	const y = { top: box.y + 6, middle: box.y + box.height / 2, bottom: box.y + box.height - 6 }[at];
	return { x: box.x + box.width / 2, y };
}

export function middle(of: Locator): Promise<{ x: number; y: number }> {
	return point(of, "middle");
}

export async function boxOf(of: Locator) {
	await expect(of).toBeVisible();
	const box = await of.boundingBox();
	if (!box) throw new Error("it has no place on the page");
	return box;
}

/** The difference as words, so that a failure shows both. */
function same(page: object, server: object): string {
	const [seen, kept] = [JSON.stringify(page), JSON.stringify(server)];
	return seen === kept ? "the same" : `the page has ${seen}, the server ${kept}`;
}
