import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { cx } from "./cx";
import "./numbers.css";

interface Props {
	summary: ComponentChildren;
	/** The name of the table. */
	label: string;
	heads: readonly string[];
	/** Rows with a heading each; they are made when they are looked at. */
	rows: () => ComponentChildren;
	class?: string;
}

/** The same as a plot, for those who do not see it, and for reading a number exactly. */
export function Numbers({ summary, label, heads, rows, class: more }: Props) {
	const [open, setOpen] = useState(false);
	return (
		<details class="numbers" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{summary}</summary>
			{open && (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
				<section class={cx("numbers-table", more)} tabIndex={0} aria-label={label}>
					<table>
						<thead>
							<tr>
								{heads.map((head) => (
									<th key={head} scope="col" dir="auto">
										{head}
									</th>
								))}
							</tr>
						</thead>
						<tbody>{rows()}</tbody>
					</table>
				</section>
			)}
		</details>
	);
}
