// Places as sentences, for screen readers.
import type { Task } from "boardcast";
import { type Bar, lengthOf } from "../../domain/task/bars";
import { nameOf } from "../../domain/task/names";
import type { ProjectStore } from "../../live/store/project";
import { dayOf } from "../../platform/days";
import { wholeDay } from "../../ui/day-text";
import { calendar } from "./messages";

export const spoken = (bar: Bar) =>
	calendar.span(wholeDay(dayOf(bar.start)), wholeDay(dayOf(bar.due)), lengthOf(bar));

export const describe = (store: ProjectStore, task: Task, bar: Bar, isSelected: boolean) =>
	calendar.describe(nameOf(store, task), task.title, spoken(bar), task.completed_at !== null, isSelected);
