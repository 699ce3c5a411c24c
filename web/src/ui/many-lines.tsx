import type { ComponentChildren } from "preact";
import "./many-lines.css";

/** Several lines were pasted into a field that adds one thing at a time: below it the person says what becomes of them. */
export function ManyLines(props: { id?: string; hint: string; children?: ComponentChildren }) {
	const { id, hint, children } = props;
	return (
		<div class="many-lines">
			<p id={id} role="status">
				{hint}
			</p>
			{children}
		</div>
	);
}
