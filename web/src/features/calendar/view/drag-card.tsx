import { useEffect, useRef } from "preact/hooks";
import { nameOf } from "../../../domain/task/names";
import type { CalendarModel } from "../model";

/** At the pointer while it carries a task beside the days, where the task has no place of its own. */
export function DragCard({ model }: { model: CalendarModel }) {
	const card = useRef<HTMLDivElement>(null);
	const dragged = model.dragged.value;
	const task = dragged && model.store.tables.tasks.get(dragged.id);
	const isShown = task && dragged.isBeside;
	useEffect(() => {
		const onMove = ({ clientX, clientY }: PointerEvent) => {
			card.current?.style.setProperty("translate", `${clientX + 12}px ${clientY + 12}px`);
		};
		addEventListener("pointermove", onMove);
		return () => removeEventListener("pointermove", onMove);
	}, []);
	return (
		<div ref={card} class="cal-drag-card" aria-hidden="true" hidden={!isShown}>
			{task && (
				<>
					{nameOf(model.store, task)} <bdi>{task.title}</bdi>
				</>
			)}
		</div>
	);
}
