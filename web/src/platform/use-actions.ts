import { useLayoutEffect, useRef } from "preact/hooks";
import { type Action, isEnabled, register } from "./actions";

/**
 * Registers the actions of a component while it is rendered. `make` is called at each rendering, so that the actions
 * see the present properties; their ids and shortcuts must stay the same.
 */
export function useActions(make: () => readonly Action[]): readonly Action[] {
	const latest = useRef<readonly Action[]>([]);
	latest.current = make();
	// Before the paint: a key may be pressed as soon as the screen is seen.
	useLayoutEffect(() => {
		const now = (index: number) => latest.current[index] as Action;
		return register(
			latest.current.map((action, index) => ({
				...action,
				label: () => now(index).label(),
				enabled: () => isEnabled(now(index)),
				run: () => now(index).run(),
				subject: () => now(index).subject?.(),
			})),
		);
	}, []);
	return latest.current;
}
