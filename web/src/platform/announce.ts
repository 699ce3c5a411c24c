import { signal } from "@preact/signals";

/** The next sentence for screen readers; `<Announcer>` renders it. */
export const announcement = signal({ text: "", turn: 0 });

/** Tell screen readers of a change that others see: "WEB-12: Doing, position 1 of 3". */
export function announce(text: string): void {
	announcement.value = { text, turn: announcement.peek().turn + 1 };
}
