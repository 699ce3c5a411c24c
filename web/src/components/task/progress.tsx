import { useLayoutEffect, useRef } from "preact/hooks";
import "./marks.css";

/** A bar for a share of a whole; the numbers stand beside it as text. */
export function Progress({ done, all }: { done: number; all: number }) {
	const ref = useRef<HTMLSpanElement>(null);
	const share = all === 0 ? 0 : done / all;
	useLayoutEffect(() => ref.current?.style.setProperty("--share", `${share}`), [share]);
	return <span ref={ref} class="progress" aria-hidden="true" />;
}
