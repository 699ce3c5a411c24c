import { plural } from "../language";

export const board = {
	title: "Board",
	tasks: (count: number) => plural("en", count, { one: "task", other: "tasks" }),
	empty: "No columns yet",
};
