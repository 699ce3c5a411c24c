import { useEffect, useRef } from "preact/hooks";
import { focusBar } from "../gestures/keys";
import type { Plan } from "../model";
import type { Scroller } from "./viewport";

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
