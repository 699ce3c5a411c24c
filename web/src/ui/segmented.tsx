import { useId } from "preact/hooks";
import "./segmented.css";

interface Props<V extends string> {
	label: string;
	options: readonly { value: V; label: string }[];
	value: V;
	onPick: (value: V) => void;
}

/** A few choices side by side. They are radio buttons, so the arrow keys choose. */
export function Segmented<V extends string>({ label, options, value, onPick }: Props<V>) {
	const name = useId();
	return (
		<fieldset class="segmented">
			<legend class="visually-hidden">{label}</legend>
			{options.map((option) => (
				<label key={option.value} class="segmented-option">
					<input
						class="visually-hidden"
						type="radio"
						name={name}
						checked={option.value === value}
						onChange={() => onPick(option.value)}
					/>
					{option.label}
				</label>
			))}
		</fieldset>
	);
}
