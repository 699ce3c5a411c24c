import type { ComponentChildren } from "preact";
import { query } from "../../platform/router";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ViewState } from "../view/view-state";
import { kinds } from "./filter";
import { Words } from "./filter-words";
import { Group } from "./groups";
import { later } from "./later";
import { filters as words } from "./messages";
import type { ProjectFilter } from "./project-filter";
import "./filter-sheet.css";

interface Props {
	filter: ProjectFilter;
	count: () => number;
	children?: ComponentChildren;
}

/** All filters, from below. Each choice counts at once: the view behind shows it, and the button how many tasks. */
export function FilterSheet({ filter, count, children }: Props) {
	const close = () => {
		filter.sheet.value = undefined;
	};
	const footer = (
		<>
			<Button tone="ghost" disabled={!filter.isSet} onClick={() => filter.clear()}>
				{words.clear}
			</Button>
			<Button tone="primary" onClick={close}>
				{later.showCount(count())}
			</Button>
		</>
	);
	return (
		<Dialog title={words.filter} onClose={close} footer={footer}>
			<div class="filter-sheet">
				<Words filter={filter} first={filter.sheet.value === "words"} />
				{kinds.map((kind) => (
					<Group key={kind} filter={filter} kind={kind} />
				))}
				{(filter.isSet || query.value.has("view")) && (
					<div class="filter-views">
						<ViewState filter={filter} />
					</div>
				)}
				{children}
			</div>
		</Dialog>
	);
}
