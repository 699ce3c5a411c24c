import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
	label: string;
	/** Where a key finds it. */
	field?: string;
	/** Absent: only to be read. */
	onPress?: ((anchor: Element) => void) | undefined;
	children: ComponentChildren;
}

/** A line of the side: what it is, and what it says; pressing it opens its panel. */
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
					<span id={`${id}-value`} class="prop-content">
						{children}
					</span>
				</button>
			) : (
				<span class="prop-value prop-content">{children}</span>
			)}
		</div>
	);
}
