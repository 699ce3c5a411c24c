import { useEffect } from "preact/hooks";
import { today } from "../../../lib/messages/dates";
import type { Plan } from "../model";
import { numberOf } from "../plan/days";

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
