import { useId } from "preact/hooks";
import "./segmented.css";

interface Props<V extends string> {
	label: string;
	options: readonly { value: V; label: string }[];
	value: V;
	onPick: (value: V) => void;
}

/** A few choices side by side: radio buttons, so arrows work as people expect. */
export function Segmented<V extends string>({ label, options, value, onPick }: Props<V>) {
	const name = useId();
	return (
		<fieldset class="segmented">
			<legend class="quiet">{label}</legend>
			{options.map((option) => (
				<label key={option.value} class="segmented-option">
					<input
						class="quiet"
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
