// What was typed in a field that is not saved by leaving it: the page asks before the person goes elsewhere.

import { signal } from "@preact/signals";
import { useLayoutEffect, useState } from "preact/hooks";

const fields = signal<readonly object[]>([]);
/** Forms that are on their way: what leads on from one that was sent loses nothing. */
let sending = 0;

/** How the person goes on who leaves something unsaved, once they have said so. */
export const leaving = signal<(() => void) | undefined>(undefined);

/** For a field, form or dialog: whether something is typed in it that would be lost. */
export function useUnsaved(typed: boolean): void {
	const [self] = useState(() => ({}));
	useLayoutEffect(() => {
		if (!typed) return;
		fields.value = [...fields.peek(), self];
		return () => {
			fields.value = fields.peek().filter((other) => other !== self);
		};
	}, [typed]);
}

export async function whileSending(send: () => Promise<void>): Promise<void> {
	sending += 1;
	try {
		await send();
	} finally {
		sending -= 1;
	}
}

const isUnsaved = () => fields.peek().length > 0 && sending === 0;

/** Whether the person is asked before `goOn`. */
export function asksBefore(goOn: () => void): boolean {
	if (!isUnsaved()) return false;
	leaving.value = goOn;
	return true;
}

/** Go on, and lose what was typed; or stay. */
export function answerLeaving(leave: boolean): void {
	const goOn = leaving.peek();
	leaving.value = undefined;
	if (!leave) return;
	fields.value = [];
	goOn?.();
}

globalThis.addEventListener?.("beforeunload", (event) => {
	if (isUnsaved()) event.preventDefault();
});
