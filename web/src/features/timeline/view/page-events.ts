import { useEffect, useRef } from "preact/hooks";
import { focusBar } from "../gestures/keys";
import type { Plan } from "../model";
import type { Scroller } from "./viewport";

/** For printing: renders all rows, and the whole plan as wide as the paper. */
export function usePrinting(plan: Plan): void {
	useEffect(() => {
		const over = new AbortController();
		const set = (printing: boolean) => () => {
			plan.printing.value = printing;
		};
		addEventListener("beforeprint", set(true), { signal: over.signal });
		addEventListener("afterprint", set(false), { signal: over.signal });
		// A page that is made into a file by a program has no such events.
		const paper = matchMedia("print");
		plan.printing.value = paper.matches;
		paper.addEventListener("change", () => set(paper.matches)(), { signal: over.signal });
		return () => over.abort();
	}, [plan]);
}

/** Gives the focus back to the bar when the dialog of its task closes. */
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
