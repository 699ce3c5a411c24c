import { useId } from "preact/hooks";
import { cx } from "./cx";
import { useCheck } from "./field";
import "./field.css";
import "./text-area.css";

interface Props {
	label: string;
	hint?: string;
	error?: string | undefined;
	value: string;
	onText: (text: string) => void;
	maxLength?: number;
}

/** A field of several lines, which grows with its text. */
export function TextArea({ label, hint, error, value, onText, maxLength }: Props) {
	const id = useId();
	const long = useCheck(value, maxLength);
	const wrong = long.error ?? error;
	const note = wrong ?? hint;
	return (
		<div class={cx("field", wrong && "field-wrong")}>
			<label for={id} class="field-label">
				{label}
			</label>
			<textarea
				id={id}
				ref={long.ref}
				class="input text-area"
				dir="auto"
				rows={3}
				value={value}
				aria-invalid={wrong ? true : undefined}
				aria-describedby={note ? `${id}-note` : undefined}
				onInput={(event) => onText(event.currentTarget.value)}
			/>
			{note && (
				<p id={`${id}-note`} class={wrong ? "field-error" : "field-hint"}>
					{note}
				</p>
			)}
		</div>
	);
}
