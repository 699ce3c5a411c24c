import { setQuery } from "../../platform/router";

export function backToNow(): void {
	setQuery({ at: null, to: null });
}
