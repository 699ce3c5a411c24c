import { calendar } from "../messages";
import type { CalendarModel } from "../model";
import { TaskLine } from "./task-line";

const most = 100;

/** The open tasks without a date, beside the days: dragged onto a day they are due there, and back they are not. */
export function Tray({ model }: { model: CalendarModel }) {
	const all = model.undated.value;
	const editable = model.editable.value;
	return (
		<section
			class="cal-tray"
			aria-labelledby="cal-tray"
			data-over={model.dragged.value?.bar === null || undefined}
		>
			<h2 id="cal-tray" class="cal-tray-title">
				{calendar.tray} <span class="soft">{all.length}</span>
			</h2>
			<p class="cal-tray-hint soft">{all.length === 0 ? calendar.trayNone : editable && calendar.trayHint}</p>
			<ul class="cal-lines">
				{all.slice(0, most).map((task) => (
					<TaskLine key={task.id} task={task} model={model} isDraggable />
				))}
			</ul>
			{all.length > most && <p class="soft">{calendar.trayMore(all.length - most)}</p>}
		</section>
	);
}
