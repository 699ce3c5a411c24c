import type { Action } from "../../platform/actions";
import { pointed } from "../../platform/pointed";
import { useActions } from "../../platform/use-actions";
import { modals } from "../../ui/modals";
import { myWork } from "./messages";
import type { MyWork } from "./model";

const links = () => [...document.querySelectorAll<HTMLElement>(".my-work-link")];

const focusedRow = pointed("my work", () => document.activeElement?.closest<HTMLElement>("[data-row]"));

/** The keys of the board act on the row that has the focus, and go from row to row. */
export function useWorkActions(model: MyWork): void {
	const group = () => myWork.group;
	const press = (what: string) => () => {
		focusedRow()?.querySelector<HTMLButtonElement>(`[data-do="${what}"]`)?.click();
	};
	const inRow = () => modals.peek().length === 0 && focusedRow() != null;
	const subject = () => {
		const id = focusedRow()?.dataset["row"];
		const sections = model.sections.peek();
		const all = sections ? Object.values(sections).flat() : [];
		return all.find((task) => task.id === id)?.key;
	};
	const onRow = (id: string, shortcut: string, label: string, what: string): Action => ({
		id,
		label: () => label,
		group,
		shortcut,
		enabled: inRow,
		subject,
		run: press(what),
	});
	const goes = (id: string, shortcut: string, label: string, way: 1 | -1): Action => ({
		id,
		label: () => label,
		group,
		shortcut,
		hidden: true,
		enabled: () => modals.peek().length === 0,
		run: () => step(way),
	});
	useActions(() => [
		onRow("task.complete", "t", myWork.completeAction, "complete"),
		onRow("task.due", "d", myWork.due, "due"),
		goes("my_work.next", "j", myWork.next, 1),
		goes("my_work.former", "k", myWork.former, -1),
	]);
}

/** The arrows go from row to row while one has the focus. */
export function stepRows(event: KeyboardEvent): void {
	const way = ({ ArrowDown: 1, ArrowUp: -1 } as const)[event.key];
	const isRow =
		(event.target as Element).closest("[data-row]") && !(event.target as Element).closest("[popover]");
	if (!way || !isRow || event.ctrlKey || event.altKey || event.metaKey) return;
	event.preventDefault();
	event.stopPropagation();
	step(way);
}

function step(way: 1 | -1): void {
	const all = links();
	const row = document.activeElement?.closest("[data-row]");
	const at = all.findIndex((link) => row?.contains(link));
	const next = at < 0 ? all[0] : all[at + way];
	next?.focus();
	next?.scrollIntoView({ block: "nearest" });
}
