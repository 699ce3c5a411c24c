// The browser's own search in the page finds rows that are not drawn. Their texts lie in one plain element each, hidden until
// the browser finds something in it; the table then scrolls there and draws the row.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { inTurn } from "../../platform/turns";
import { type ColumnId, selector } from "./columns";
import type { TableModel } from "./model";
import { textOf } from "./values";

/** So many rows are written in one go. */
const atOnce = 250;
/** How long the rows must stay as they are before their texts are written, in ms. */
const pause = 500;

interface Range {
	first: number;
	end: number;
}

export function useFinder(
	model: TableModel,
	box: RefObject<HTMLElement | null>,
	drawn: Range,
	height: number,
): void {
	const rows = model.rows.value;
	const columns = model.columns.value;
	const range = useRef(drawn);
	range.current = drawn;
	/** The rows that were drawn at the rendering before. */
	const last = useRef(drawn);
	useEffect(() => {
		let stop = () => {};
		const write = (from: number) => {
			const element = box.current;
			if (!element) return;
			fill(model, element, from, height, range.current);
			if (from + atOnce < model.rows.peek().length) stop = inTurn(() => write(from + atOnce));
			else while (element.children.length > model.rows.peek().length) element.lastChild?.remove();
		};
		const timer = setTimeout(() => write(0), pause);
		return () => {
			clearTimeout(timer);
			stop();
		};
	}, [model, rows, columns, height]);
	useLayoutEffect(() => {
		const lines = box.current?.children ?? [];
		for (const { first, end } of [last.current, drawn]) {
			for (let index = first; index < end; index++) {
				const line = lines[index];
				if (line) hide(line as HTMLElement, index, drawn);
			}
		}
		last.current = drawn;
	}, [drawn.first, drawn.end]);
	useEffect(() => {
		const element = box.current;
		const onMatch = ({ target }: Event) => {
			const line = target as HTMLElement;
			// The rows may be in another order since the texts were written.
			const index = model.places.peek().get(keys.get(line) ?? "");
			if (index === undefined) return;
			place(line, index, height);
			model.reveal(index);
		};
		element?.addEventListener("beforematch", onMatch);
		return () => element?.removeEventListener("beforematch", onMatch);
	}, [model, height]);
}

/** The rows whose texts the lines have. */
const keys = new WeakMap<HTMLElement, string>();

/** The browser scrolls to the line in which it has found something: it lies where its row does. */
function place(line: HTMLElement, index: number, height: number): void {
	const top = `${(index + 1) * height}px`;
	if (line.style.insetBlockStart !== top) line.style.insetBlockStart = top;
}

function fill(model: TableModel, box: HTMLElement, from: number, height: number, drawn: Range): void {
	const columns = model.columns.peek().filter((column): column is ColumnId => column !== selector);
	for (const [step, row] of model.rows
		.peek()
		.slice(from, from + atOnce)
		.entries()) {
		const index = from + step;
		const task = row.kind === "task" ? model.store.tables.tasks.peek(row.id) : undefined;
		const text = task
			? columns.map((column) => textOf(model.store, task, column)).join(" ")
			: row.kind === "group"
				? row.name
				: "";
		let line = box.children[index] as HTMLElement | undefined;
		if (!line) {
			line = document.createElement("div");
			box.append(line);
		}
		keys.set(line, row.key);
		place(line, index, height);
		if (line.textContent !== text) line.textContent = text;
		hide(line, index, drawn);
	}
}

/** What is drawn is found there, and not twice. */
function hide(line: HTMLElement, index: number, drawn: Range): void {
	const how = index >= drawn.first && index < drawn.end ? "" : "until-found";
	if (line.getAttribute("hidden") !== how) line.setAttribute("hidden", how);
}
