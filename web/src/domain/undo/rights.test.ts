import { expect, it } from "vitest";
import type { ProjectRights } from "../project/rights";
import { mayUndo } from "./rights";

const roles = { write: false, manage: false } as ProjectRights;
const editor = { ...roles, write: true };
const manager = { ...editor, manage: true };

it.each([
	["task.moved", true, true],
	["task.undone", true, true],
	["timeline.shifted", true, true],
	["checklist_item.created", true, true],
	["dependency.deleted", true, true],
	["milestone.updated", true, true],
	["milestone.deleted", false, true],
	["column.updated", false, true],
	["label.undone", false, true],
	["member.added", false, false],
	["comment.created", false, false],
	["attachment.deleted", false, false],
	["project.updated", false, false],
])("%s can be undone by editors: %s, by managers: %s", (type, byEditors, byManagers) => {
	expect([mayUndo({ type }, roles), mayUndo({ type }, editor), mayUndo({ type }, manager)]).toEqual([
		false,
		byEditors,
		byManagers,
	]);
});
