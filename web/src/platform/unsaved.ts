// What was typed in a field that is not saved by leaving it: the page asks before the person goes elsewhere.

import { useLayoutEffect, useState } from "preact/hooks";
import { go, holdWhen, leaving, settle } from "./router";

const fields = new Set<object>();
/** Forms that are on their way: what leads on from one that was sent loses nothing. */
let sending = 0;

/** For a field, form or dialog: whether something is typed in it that would be lost. */
export function useUnsaved(typed: boolean): void {
	const [self] = useState(() => ({}));
	useLayoutEffect(() => {
		if (!typed) return;
		fields.add(self);
		return () => {
			fields.delete(self);
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

const isUnsaved = () => fields.size > 0 && sending === 0;

holdWhen((event) => {
	const { cancelable, navigationType, destination } = event;
	// Filters and parts of a page change its address too.
	const isElsewhere = new URL(destination.url).pathname !== location.pathname;
	if (!cancelable || navigationType === "replace" || !isElsewhere || !isUnsaved()) return false;
	leaving.value = () => {
		if (navigationType === "traverse") settle(window.navigation.traverseTo(destination.key));
		else go(destination.url);
	};
	return true;
});

/** Go on, and lose what was typed; or stay. */
export function answerLeaving(leave: boolean): void {
	const goOn = leaving.peek();
	leaving.value = undefined;
	if (!leave) return;
	fields.clear();
	goOn?.();
}

globalThis.addEventListener?.("beforeunload", (event) => {
	if (isUnsaved()) event.preventDefault();
});
