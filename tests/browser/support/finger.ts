import { type CDPSession, expect, type Page } from "@playwright/test";
import { type Board, middle } from "./board";

interface Point {
	x: number;
	y: number;
}

/** One finger on the glass, as the browser's own input takes it. */
export class Finger {
	#at: Point = { x: 0, y: 0 };

	private constructor(private readonly glass: CDPSession) {}

	static async of(page: Page): Promise<Finger> {
		return new Finger(await page.context().newCDPSession(page));
	}

	async down(at: Point): Promise<void> {
		this.#at = at;
		await this.#touch("touchStart", [at]);
	}

	/** Holds a card until the page takes it up. */
	async lift(board: Board, title: string): Promise<void> {
		await expect(board.card(title)).toHaveAttribute("draggable", "true");
		const at = await middle(board.card(title));
		await this.down(at);
		// Its trembling is what shows that the press was long enough.
		await expect(async () => {
			await this.tremble();
			await expect(board.card(title)).toHaveAttribute("data-dragging", "true", { timeout: 50 });
		}).toPass({ intervals: [50] });
	}

	/** A finger is never quite still. */
	async tremble(): Promise<void> {
		const at = this.#at;
		await this.#move({ x: at.x - 2, y: at.y });
		await this.#move(at);
	}

	async slide(to: Point): Promise<void> {
		const from = this.#at;
		const steps = 10;
		for (let step = 1; step <= steps; step++) {
			const part = step / steps;
			await this.#move({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
		}
	}

	async up(): Promise<void> {
		await this.#touch("touchEnd", []);
	}

	async #move(to: Point): Promise<void> {
		this.#at = to;
		await this.#touch("touchMove", [to]);
	}

	async #touch(type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Point[]): Promise<void> {
		await this.glass.send("Input.dispatchTouchEvent", { type, touchPoints });
	}
}
