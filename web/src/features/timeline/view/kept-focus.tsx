import { useEffect, useRef } from "preact/hooks";
import { useLostFocus } from "../../../ui/use-lost-focus";
import { focusBar } from "../gestures/keys";
import { idAt } from "../gestures/open";
import type { Plan } from "../model";
import type { Scroller } from "./viewport";

/** A bar that another person deletes, or takes its dates from, leaves the focus to the one that is in its row then. */
export function KeptFocus({ plan, scroller }: { plan: Plan; scroller: Scroller }) {
	const rows = plan.rowOf.value;
	const before = useRef(rows);
	useLostFocus(
		(element) => idAt(element, "bar"),
		[rows],
		(id) => {
			const row = rows.get(id) ?? before.current.get(id) ?? 0;
			focusBar(plan, [...rows.keys()][Math.min(row, rows.size - 1)], scroller.current);
		},
	);
	useEffect(() => {
		before.current = rows;
	}, [rows]);
	return null;
}
