import { useLayoutEffect, useRef } from "preact/hooks";
import "./progress.css";

/** A bar that shows a share. It is decorative: show the numbers as text beside it. */
export function Progress({ done, all }: { done: number; all: number }) {
	const ref = useRef<HTMLSpanElement>(null);
	const share = all === 0 ? 0 : done / all;
	useLayoutEffect(() => ref.current?.style.setProperty("--share", `${share}`), [share]);
	return <span ref={ref} class="progress" aria-hidden="true" />;
}
