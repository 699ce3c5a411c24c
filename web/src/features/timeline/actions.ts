import { useEffect } from "preact/hooks";
import { type Action, register } from "../../lib/actions/registry";
import { timeline } from "../../lib/messages/timeline";
import { type Zoom, zooms } from "./draw/scale";
import type { Plan } from "./model";
import { settings } from "./settings";

/** The view's commands: buttons, keys and the palette come from here. */
export function useActions(plan: Plan, zoomTo: (zoom: Zoom) => void, toToday: () => void): void {
	useEffect(() => {
		const group = () => timeline.group;
		const step = (by: number) => {
			const next = zooms[zooms.indexOf(settings.zoom.peek()) + by];
			if (next) zoomTo(next);
		};
		return register([
			...zooms.map((zoom, index) => ({
				id: `timeline.zoom.${zoom}`,
				label: () => timeline.zoomTo[zoom],
				group,
				shortcut: String(index + 1),
				run: () => zoomTo(zoom),
			})),
			{ id: "timeline.zoom.in", label: () => timeline.zoomIn, group, shortcut: "=", run: () => step(-1) },
			{ id: "timeline.zoom.out", label: () => timeline.zoomOut, group, shortcut: "-", run: () => step(1) },
			{ id: "timeline.today", label: () => timeline.toToday, group, shortcut: ".", run: toToday },
			{
				id: "timeline.sort",
				label: () => timeline.sort,
				group,
				enabled: () => plan.unsorted.peek(),
				run: () => plan.sort(),
			},
			...keys(),
		]);
	}, [plan]);
}

/** What the keys do on a bar that has the focus: for the sheet of shortcuts; the bars themselves listen to them. */
function keys(): Action[] {
	const lines = [
		["move", "ArrowRight"],
		["extend", "Shift+ArrowRight"],
		["shrink", "Ctrl+ArrowLeft"],
		["menu", "Shift+F10"],
	] as const;
	return lines.map(([name, shortcut]) => ({
		id: `timeline.bar.${name}`,
		label: () => timeline.barKeys[name],
		group: () => timeline.barGroup,
		shortcut,
		hidden: true,
		enabled: () => false,
		run: () => {},
	}));
}
