import { announcement } from "../platform/announce";

/** Two lines in turn, so that screen readers speak the same sentence twice when it is announced twice. */
export function Announcer() {
	const { text, turn } = announcement.value;
	return (
		<div class="visually-hidden" role="status" aria-live="polite">
			<span>{turn % 2 === 0 ? text : ""}</span>
			<span>{turn % 2 === 1 ? text : ""}</span>
		</div>
	);
}
