import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { inTurn } from "./turns";

/** False at the first rendering, and true in a task of its own behind the others that wait: large screens appear in parts. */
export function useTurn(isFirst = false): boolean {
	const [isOurs, setOurs] = useState(isFirst);
	useLayoutEffect(() => (isFirst ? undefined : inTurn(() => setOurs(true))), []);
	return isOurs;
}

/** `value`, but a change that comes with another `cause` is taken over in a task of its own. */
export function useInTurn<T>(value: T, cause: unknown): T {
	const taken = useRef({ value, cause });
	const [, redraw] = useReducer((turn: number) => turn + 1, 0);
	if (taken.current.cause === cause) taken.current.value = value;
	useLayoutEffect(() => {
		if (taken.current.cause === cause) return undefined;
		return inTurn(() => {
			taken.current.cause = cause;
			redraw(undefined);
		});
	}, [cause]);
	return taken.current.value;
}
