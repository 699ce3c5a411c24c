import { perform } from "../../../platform/actions";

/** How long a dragged task rests on an arrow before it turns the page, and then again, in ms. */
const rest = 700;

/** Turns to other months while a task is dragged: the pointer rests on one of the arrows above the days. */
export function stepByHovering() {
	let over: Element | undefined;
	let timer: ReturnType<typeof setInterval> | undefined;
	const stop = () => {
		clearInterval(timer);
		over = undefined;
	};
	const look = (x: number, y: number) => {
		const arrow = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-step]") ?? undefined;
		if (arrow === over) return;
		stop();
		over = arrow;
		const action = `calendar.${arrow?.dataset["step"]}`;
		if (arrow) timer = setInterval(() => perform(action), rest);
	};
	return { look, stop };
}
