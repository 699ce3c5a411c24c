import { useLayoutEffect, useRef } from "preact/hooks";
import type { Zoom } from "../draw/scale";
import type { Plan } from "../model";
import { settings } from "../settings";
import type { Scroller } from "./viewport";

/** Keeps the visible days in place when the zoom changes, and when the plan grows to the left. */
export function useScroll(plan: Plan, scroller: Scroller) {
	/** The day that must be at `offset` pixels from the left edge after the next rendering. */
	const anchor = useRef<{ day: number; offset: number } | null>(null);
	const before = useRef<number | undefined>(undefined);
	const px = plan.px.value;
	const from = plan.range.value.from;

	const seen = () => {
		const element = scroller.current;
		const gutter = element?.querySelector<HTMLElement>(".tl-gutter")?.offsetWidth ?? 0;
		return { element, width: (element?.clientWidth ?? 0) - gutter };
	};
	useLayoutEffect(() => {
		const { element, width } = seen();
		if (!element) return;
		const { day, offset } =
			anchor.current ??
			(before.current === undefined
				? { day: plan.today.peek(), offset: width / 4 }
				: { day: before.current + element.scrollLeft / px, offset: 0 });
		if (anchor.current || before.current !== from) element.scrollLeft = (day - from) * px - offset;
		anchor.current = null;
		before.current = from;
	}, [px, from]);

	// Read when called: the actions are registered once, with the functions of the first rendering.
	const now = () => ({ px: plan.px.peek(), from: plan.range.peek().from });
	const zoomTo = (zoom: Zoom) => {
		const { element, width } = seen();
		if (!element || zoom === settings.zoom.peek()) return;
		const { from, px } = now();
		// Today stays in place if it is visible, otherwise the middle of the view does.
		const today = (plan.today.peek() - from) * px - element.scrollLeft;
		const offset = today > 0 && today < width ? today : width / 2;
		anchor.current = { day: from + (element.scrollLeft + offset) / px, offset };
		settings.zoom.value = zoom;
	};
	const toToday = () => {
		const { element, width } = seen();
		const { from, px } = now();
		element?.scrollTo({ left: (plan.today.peek() - from) * px - width / 3, behavior: "smooth" });
	};
	return { zoomTo, toToday };
}
