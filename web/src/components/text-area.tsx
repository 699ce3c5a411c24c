import { useId } from "preact/hooks";
import { cx } from "./cx";
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

/** Several lines; it grows with its text. */
export function TextArea({ label, hint, error, value, onText, maxLength }: Props) {
	const id = useId();
	const note = error ?? hint;
	return (
		<div class={cx("field", error && "field-wrong")}>
			<label for={id} class="field-label">
				{label}
			</label>
			<textarea
				id={id}
				class="input text-area"
				rows={3}
				maxLength={maxLength}
				value={value}
				aria-invalid={error ? true : undefined}
				aria-describedby={note ? `${id}-note` : undefined}
				onInput={(event) => onText(event.currentTarget.value)}
			/>
			{note && (
				<p id={`${id}-note`} class={error ? "field-error" : "field-hint"}>
					{note}
				</p>
			)}
		</div>
	);
}
