import { useEffect, useState } from "preact/hooks";
import { board as words } from "../../lib/messages/board";
import type { BoardModel } from "./model";
import "./switcher.css";

/** On a phone one column fills the screen: this says which, and goes to another one. */
export function Switcher({ board, root }: { board: BoardModel; root: () => HTMLElement | null }) {
	const ids = board.columnIds.value;
	const [current, setCurrent] = useState(ids[0]);
	useEffect(() => {
		const element = root();
		if (!element) return undefined;
		const seen = new IntersectionObserver(
			(entries) => {
				const shown = entries.find((entry) => entry.isIntersecting);
				if (shown) setCurrent(shown.target.id.replace("column-", ""));
			},
			{ root: element, threshold: 0.6 },
		);
		for (const id of ids) {
			const column = document.getElementById(`column-${id}`);
			if (column) seen.observe(column);
		}
		return () => seen.disconnect();
	}, [ids.join()]);
	useEffect(() => {
		document.getElementById(`switch-${current}`)?.scrollIntoView({ block: "nearest", inline: "center" });
	}, [current]);
	return (
		<nav class="switcher" aria-label={words.columns}>
			{board.columns.value.map(({ id, name }) => {
				const count = board.shown(id).length;
				return (
					<button
						key={id}
						id={`switch-${id}`}
						type="button"
						class="switcher-tab"
						aria-current={id === current ? "true" : undefined}
						aria-label={words.goToColumn(name, words.count(count))}
						onClick={() =>
							document.getElementById(`column-${id}`)?.scrollIntoView({ inline: "start", block: "nearest" })
						}
					>
						<span class="truncate">{name}</span>
						<span class="switcher-count">{count}</span>
					</button>
				);
			})}
		</nav>
	);
}
