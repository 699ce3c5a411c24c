import { useComputed } from "@preact/signals";
import type { Column } from "boardcast";
import { useRef } from "preact/hooks";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { useListTarget } from "./use-list-target";

/** A column that is folded to a strip with its name and how many cards it has. Cards can be dropped on it. */
export function Folded({ column: { id, name }, board }: { column: Column; board: BoardModel }) {
	const ref = useRef<HTMLElement>(null);
	const isTarget = useComputed(() => board.over.value?.list === id).value;
	const count = board.found(id).length;
	const { write } = board.rights.value;
	useListTarget(ref, id, write);
	return (
		<section
			ref={ref}
			class="column column-folded"
			id={`column-${id}`}
			data-column={id}
			data-target={isTarget || undefined}
			aria-label={words.column(name)}
		>
			<button
				type="button"
				class="column-unfold"
				aria-expanded={false}
				aria-label={words.unfold(name, words.count(count))}
				title={words.unfold(name, words.count(count))}
				onClick={() => board.display.fold("columns", id)}
			>
				<span class="column-count">{count}</span>
				<span class="column-folded-name truncate" dir="auto">
					{name}
				</span>
			</button>
		</section>
	);
}
