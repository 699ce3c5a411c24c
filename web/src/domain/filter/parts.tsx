// What opens over a filter: downloaded when the page is idle, or when it is first opened.
import { idle, lazy, whenIdle } from "../../ui/lazy";
import { Completion } from "./completion-part";
import { loadWide } from "./project-filter";

export const Choices = lazy(() => import("./choices").then((m) => m.Choices), null);
export const More = lazy(() => import("./more").then((m) => m.More), null);
export const FilterSheet = lazy(() => import("./filter-sheet").then((m) => m.FilterSheet), null);

export const ViewState = lazy(
	() => idle().then(() => import("../view/view-state").then((m) => m.ViewState)),
	null,
);

/** What a person may open at any moment is there before the connection may be lost. */
export function preloadFilter(): void {
	whenIdle(() => {
		for (const part of [Choices, More, FilterSheet, Completion, ViewState]) part.preload();
		loadWide();
	});
}
