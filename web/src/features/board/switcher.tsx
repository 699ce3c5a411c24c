import { useEffect, useState } from "preact/hooks";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import "./switcher.css";

/** On a phone one column fills the screen: this shows which one, and scrolls to another. */
export function Switcher({ board, root }: { board: BoardModel; root: () => HTMLElement | null }) {
	const ids = board.columnIds.value;
	const [current, setCurrent] = useState(ids[0]);
	useEffect(() => {
		const element = root();
		if (!element) return undefined;
		const look = () => {
			const left = element.getBoundingClientRect().left;
			const distance = (id: string) => {
				const column = document.getElementById(`column-${id}`);
				return column ? Math.abs(column.getBoundingClientRect().left - left) : Number.POSITIVE_INFINITY;
			};
			setCurrent(
				ids.reduce<string | undefined>((best, id) => {
					return best === undefined || distance(id) < distance(best) ? id : best;
				}, undefined),
			);
		};
		// Only a reason to look: of the columns that came into sight on the way none need be the one that stayed.
		const seen = new IntersectionObserver(look, { root: element, threshold: 0.6 });
		for (const id of ids) {
			const column = document.getElementById(`column-${id}`);
			if (column) seen.observe(column);
		}
		// After a resize the browser keeps the scroll position, and shows another column there.
		const resized = new ResizeObserver(look);
		resized.observe(element);
		return () => {
			seen.disconnect();
			resized.disconnect();
		};
	}, [ids.join()]);
	useEffect(() => {
		document.getElementById(`switch-${current}`)?.scrollIntoView({ block: "nearest", inline: "center" });
	}, [current]);
	return (
		<nav class="switcher" aria-label={words.columns}>
			{board.columns.value.map(({ id, name }) => {
				const all = board.store.tasksByColumn.of(id).length;
				const shown = board.shown(id).length;
				const filtered = board.filter.isSet;
				return (
					<button
						key={id}
						id={`switch-${id}`}
						type="button"
						class="switcher-tab"
						aria-current={id === current ? "true" : undefined}
						aria-label={words.goToColumn(name, filtered ? words.shownOf(shown, all) : words.count(all))}
						onClick={() =>
							document.getElementById(`column-${id}`)?.scrollIntoView({ inline: "start", block: "nearest" })
						}
					>
						<span class="truncate" dir="auto">
							{name}
						</span>
						<span class="switcher-count">{filtered ? words.someOf(shown, all) : all}</span>
					</button>
				);
			})}
		</nav>
	);
}
