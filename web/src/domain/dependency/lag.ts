import { limits } from "boardcast";
import { within } from "../../platform/within";

/** The days that were typed; undefined when it is no whole number of them, or too many. */
export function lagIn(text: string): number | undefined {
	const days = Number(text);
	const fits = text.trim() !== "" && Number.isInteger(days) && within(days, limits.SetDependency.lag_days);
	return fits ? days : undefined;
}
