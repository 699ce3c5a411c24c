import { announcement } from "../lib/announce";

/** Rendered once by the shell; two lines in turn, so that the same sentence twice is spoken twice. */
export function Announcer() {
	const { text, turn } = announcement.value;
	return (
		<div class="quiet" role="status" aria-live="polite">
			<span>{turn % 2 === 0 ? text : ""}</span>
			<span>{turn % 2 === 1 ? text : ""}</span>
		</div>
	);
}
