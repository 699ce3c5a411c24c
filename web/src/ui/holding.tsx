import { useLayoutEffect } from "preact/hooks";
import { modals } from "./modals";

/** Until what takes the next keys is there, they must not be taken for keys of what is below it. */
export function Holding() {
	useLayoutEffect(() => {
		const self = {};
		modals.value = [...modals.peek(), self];
		return () => {
			modals.value = modals.peek().filter((other) => other !== self);
		};
	}, []);
	return null;
}
