import { plural } from "../../platform/i18n/language";

const tasks = (count: number) => plural("en", count, { one: "task", other: "tasks" });
const span = (first: string, last: string, days: number) =>
	days === 1 ? first : `${first} to ${last}, ${plural("en", days, { one: "day", other: "days" })}`;

export const calendar = {
	group: "Calendar",
	mode: "Show",
	modes: { month: "Month", week: "Week" },
	today: "Today",
	toToday: "Go to today",
	earlier: { month: "Earlier month", week: "Earlier week" },
	later: { month: "Later month", week: "Later week" },
	showMode: { month: "Show a month", week: "Show a week" },
	week: (first: string, last: string) => `${first} – ${last}`,
	span,
	dayIs: (day: string, count: number) => (count === 0 ? `${day}, no tasks` : `${day}, ${tasks(count)}`),
	milestone: (name: string) => `Milestone: ${name}`,
	more: (count: number) => `${count} more`,
	moreOn: (count: number, day: string) => `${count} more on ${day}`,
	keys: "Arrow keys go from day to day, Page Up and Page Down by months. Enter opens a day, Tab goes to its tasks, and Space lifts a task: then the arrows move it.",
	readOnly: "You may look at this plan, but not change it.",
	days: "Go from day to day",
	openDay: "Open the day",
	lift: "Lift the task and drop it",
	newTask: "New task on this day",
	lifted: (name: string, where: string) =>
		`${name} lifted: ${where}. Arrow keys move it, Shift and an arrow its end, Space drops it, Escape puts it back.`,
	moved: (name: string, where: string) => `${name}: ${where}`,
	dropped: (name: string, where: string) => `${name} dropped: ${where}`,
	putBack: (name: string, where: string) => `${name} put back: ${where}`,
	alsoMoves: (count: number) =>
		`${plural("en", count, { one: "task", other: "tasks" })} after it ${count === 1 ? "moves" : "move"} too`,
	someoneMoved: (who: string, count: number) => `${who} moved ${tasks(count)}`,
	describe: (name: string, title: string, where: string, done: boolean, selected: boolean) =>
		`${name} ${title}, ${where}${done ? ", done" : ""}${selected ? ", selected" : ""}`,
	tray: "Without a date",
	trayHint: "Drag a task onto a day.",
	trayNone: "Every open task has a date.",
	trayMore: (count: number) => `and ${count} more`,
	showTray: (count: number) => `Without a date (${count})`,
	giveDate: (name: string) => `Give ${name} a due date`,
	changeDate: (name: string) => `Change the due date of ${name}`,
	noTasks: "No tasks on this day.",
	addTo: (day: string) => `Add a task that is due on ${day}`,
	add: "Add a task",
	created: (title: string) => `“${title}” added`,
	createdMany: (count: number) => `${tasks(count)} added`,
	noColumns: "The board has no columns yet. Tasks need one.",
};
