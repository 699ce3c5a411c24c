import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
	label: string;
	/** The name by which a shortcut finds the line. */
	field?: string;
	/** Absent: the line cannot be pressed. */
	onPress?: ((anchor: Element) => void) | undefined;
	children: ComponentChildren;
}

/** A line of the side: label and value. Pressing it opens its picker. */
export function Property({ label, field, onPress, children }: Props) {
	const id = useId();
	return (
		<div class="prop">
			<span class="prop-label" id={id}>
				{label}
			</span>
			{onPress ? (
				<button
					type="button"
					class="prop-value prop-press"
					data-field={field}
					aria-haspopup="dialog"
					aria-labelledby={`${id} ${id}-value`}
					onClick={(event) => onPress(event.currentTarget)}
				>
					<span id={`${id}-value`} class="prop-content" dir="auto">
						{children}
					</span>
				</button>
			) : (
				<span class="prop-value prop-content" dir="auto">
					{children}
				</span>
			)}
		</div>
	);
}
