import { signal } from "@preact/signals";

/** What screen readers are told next; `<Announcer>` speaks it. */
export const announcement = signal({ text: "", turn: 0 });

/** Say a change that sighted people see: "WEB-12: Doing, position 1 of 3". */
export function announce(text: string): void {
	announcement.value = { text, turn: announcement.peek().turn + 1 };
}
