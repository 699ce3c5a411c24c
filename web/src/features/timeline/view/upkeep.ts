import { useEffect, useRef } from "preact/hooks";
import { today } from "../../../lib/messages/dates";
import { focusBar } from "../hands/keys";
import type { Plan } from "../model";
import { numberOf } from "../plan/days";
import type { Scroller } from "./viewport";

const minute = 60_000;

/** A page left open over midnight shows the new day. */
export function useClock(plan: Plan): void {
	useEffect(() => {
		const timer = setInterval(() => {
			plan.today.value = numberOf(today());
		}, minute);
		return () => clearInterval(timer);
	}, [plan]);
}

/** On paper there is no scrolling: all rows, and the whole plan as wide as the sheet. */
export function usePrinting(plan: Plan): void {
	useEffect(() => {
		const over = new AbortController();
		const set = (printing: boolean) => () => {
			plan.printing.value = printing;
		};
		addEventListener("beforeprint", set(true), { signal: over.signal });
		addEventListener("afterprint", set(false), { signal: over.signal });
		return () => over.abort();
	}, [plan]);
}

/** When the task's dialog closes, the focus is back on the bar that it was opened from. */
export function useReturn(plan: Plan, scroller: Scroller, dialog: boolean): void {
	const open = useRef(dialog);
	useEffect(() => {
		const closed = open.current && !dialog;
		open.current = dialog;
		if (!closed) return undefined;
		const timer = setTimeout(() => {
			const lost = document.activeElement === null || document.activeElement === document.body;
			if (lost) focusBar(plan, plan.stop.peek() ?? undefined, scroller.current);
		});
		return () => clearTimeout(timer);
	}, [dialog]);
}
