// Files that are dropped on a card are added to its task. Anywhere else the browser would leave the page for them.
import { taskRights } from "../../domain/task/rights";
import { findProject, openProject } from "../../live/projects";
import { instance, loadInstance, user } from "../../live/session";
import { parse } from "../../platform/route";
import { lookForUpdate } from "../../platform/update";

/** Where files can be dropped: the card of a task that the person may change. */
function targetOf(event: DragEvent) {
	const card = (event.target as Element | null)?.closest?.<HTMLElement>(".card");
	const link = card?.querySelector<HTMLAnchorElement>(".card-link");
	const route = link ? parse(link.pathname) : undefined;
	if (!card || route?.name !== "project" || route.task === undefined) return undefined;
	const project = findProject(route.key);
	const me = user.peek();
	if (!project || !me || instance.peek()?.attachment_limit === undefined) return undefined;
	const store = openProject(project.id);
	const task = store.tables.tasks.peekAll().find(({ number }) => number === route.task);
	return task && taskRights(store, me).write ? { card, store, task } : undefined;
}

let marked: HTMLElement | undefined;

function mark(card: HTMLElement | undefined): void {
	if (marked === card) return;
	if (marked) delete marked.dataset["files"];
	marked = card;
	if (card) card.dataset["files"] = "";
}

function startFileDrop(): void {
	document.addEventListener("dragover", (event) => {
		if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
		event.preventDefault();
		void loadInstance();
		const target = targetOf(event);
		event.dataTransfer.dropEffect = target ? "copy" : "none";
		mark(target?.card);
	});
	document.addEventListener("dragleave", (event) => {
		if (!event.relatedTarget) mark(undefined);
	});
	document.addEventListener("drop", (event) => {
		const target = targetOf(event);
		mark(undefined);
		const files = [...(event.dataTransfer?.files ?? [])];
		if (event.defaultPrevented || files.length === 0) return;
		event.preventDefault();
		if (!target) return;
		const { store, task } = target;
		// Behind the board, with all that uploads.
		void import("./drop-files").then((m) => m.dropFiles(store, task, files), lookForUpdate);
	});
}

startFileDrop();
