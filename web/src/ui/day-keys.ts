import { monthsLater } from "./typed-day";
import { weekOf } from "./weeks";

/** Arrows go by days and weeks, Home and End in the week, PageUp and PageDown by months, with Shift by years. */
export function dayByKey({ key, shiftKey, currentTarget }: KeyboardEvent, at: number): number | undefined {
	const aside = getComputedStyle(currentTarget as Element).direction === "rtl" ? -1 : 1;
	switch (key) {
		case "ArrowLeft":
			return at - aside;
		case "ArrowRight":
			return at + aside;
		case "ArrowUp":
			return at - 7;
		case "ArrowDown":
			return at + 7;
		case "Home":
			return weekOf(at);
		case "End":
			return weekOf(at) + 6;
		case "PageUp":
			return monthsLater(at, shiftKey ? -12 : -1);
		case "PageDown":
			return monthsLater(at, shiftKey ? 12 : 1);
		default:
			return undefined;
	}
}
