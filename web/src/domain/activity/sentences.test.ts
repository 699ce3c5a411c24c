import type { Activity } from "boardcast";
import { describe, expect, it } from "vitest";
import { day } from "../../platform/i18n/dates";
import type { Names } from "./names";
import { mark, sentencesOf } from "./sentences";

const alice = { id: "alice", name: "Alice" };

const called = (names: Record<string, string>, missing: string) => (id: string) => names[id] ?? missing;
const names: Names = {
	column: called({ todo: "To do", review: "Review" }, "a deleted column"),
	label: (id) => ({ bug: "bug", ui: "ui" })[id],
	milestone: (id) => ({ beta: "Beta", final: "Final" })[id],
	person: called({ alice: "Alice", bob: "Bob", charlie: "Charlie" }, "a former member"),
	task: (id) => ({ t1: "WEB-1 One", t2: "WEB-2 Two" })[id],
	item: (id) => (id === "i1" ? "First" : undefined),
	file: (id) => (id === "f1" ? "plan.pdf" : undefined),
	dependency: (id) => (id === "d1" ? { task_id: "t1", depends_on_id: "t2" } : undefined),
};

type Fields = Record<string, [unknown, unknown]>;

function entry(
	type: string,
	kind: string | null,
	fields: Fields = {},
	more: Partial<Activity> = {},
): Activity {
	return {
		seq: 7,
		at: "2026-11-30T12:00:00.000Z",
		actor: alice,
		cause: null,
		type,
		task_id: "t1",
		kind,
		object_id: "t1",
		name: null,
		number: null,
		fields: Object.entries(fields).map(([name, [from, to]]) => ({ name, from, to })),
		others: 0,
		...more,
	};
}

const texts = (item: Activity, inTask: boolean) => sentencesOf(item, names, inTask).map(({ text }) => text);
const reaction = (emoji: string, ...user_ids: string[]) => ({ emoji, user_ids });

/** The event, what it says in its task's dialog, and in the project's list. */
const table: [string, Activity, string[], string[]?][] = [
	["a new task", entry("task.created", "tasks"), ["created this"], [`created ${mark}`]],
	["a task that is gone", entry("task.deleted", "tasks"), ["deleted this"]],
	[
		"a task in another column",
		entry("task.moved", "tasks", { column_id: ["todo", "review"] }, { others: 3 }),
		["moved this from To do to Review"],
		[`moved ${mark} and 3 others from To do to Review`],
	],
	["a task in its column", entry("task.moved", "tasks"), ["moved this within its column"]],
	[
		"a move for which others made room",
		entry("task.moved", "tasks", {}, { others: 40 }),
		["moved this within its column"],
		["moved tasks"],
	],
	[
		"a move out of a column that is gone",
		entry("column.deleted", "tasks", { column_id: ["gone", "review"] }),
		["moved this from a deleted column to Review"],
	],
	[
		"a move that completes",
		entry("task.moved", "tasks", { column_id: ["todo", "review"], completed_at: [null, "2026-11-30"] }),
		["moved this from To do to Review", "marked this as done"],
	],
	["completion", entry("task.completed", "tasks", { completed_at: [null, "x"] }), ["marked this as done"]],
	["reopening", entry("task.reopened", "tasks", { completed_at: ["x", null] }), ["marked this as not done"]],
	[
		"another title",
		entry("task.changed", "tasks", { title: ["Old", "New"] }),
		["renamed this from “Old” to “New”"],
		[`renamed ${mark} from “Old” to “New”`],
	],
	[
		"a first description",
		entry("task.changed", "tasks", { description: ["", "Why"] }),
		["wrote the description"],
		[`wrote the description of ${mark}`],
	],
	[
		"another description",
		entry("task.changed", "tasks", { description: ["Why", "How"] }),
		["edited the description"],
	],
	[
		"no description",
		entry("task.changed", "tasks", { description: ["Why", ""] }),
		["removed the description"],
	],
	[
		"an assignment",
		entry("task.assigned", "tasks", { assignee_ids: [[], ["bob", "charlie"]] }),
		["assigned this to Bob and Charlie"],
	],
	["one's own", entry("task.assigned", "tasks", { assignee_ids: [[], ["alice"]] }), ["took this on"]],
	[
		"one for another",
		entry("task.assigned", "tasks", { assignee_ids: [["bob"], ["charlie"]] }),
		["assigned this to Charlie", "took Bob off this"],
	],
	[
		"one's own no more",
		entry("task.unassigned", "tasks", { assignee_ids: [["alice"], []] }),
		["no longer has this"],
	],
	[
		"a guest who is a member by now",
		entry("member.merged", "tasks", { assignee_ids: [["gone"], ["bob"]] }),
		["assigned this to Bob", "took a former member off this"],
	],
	[
		"one who is no member any more",
		entry("member.removed", "tasks", { assignee_ids: [["gone"], []] }),
		["took a former member off this"],
	],
	[
		"labels",
		entry("task.labelled", "tasks", { label_ids: [["bug"], ["ui"]] }),
		["added the label ui", "removed the label bug"],
		[`added the label ui to ${mark}`, `removed the label bug from ${mark}`],
	],
	[
		"several labels",
		entry("task.labelled", "tasks", { label_ids: [[], ["ui", "bug"]] }),
		["added the labels ui and bug"],
	],
	[
		"a label that is gone",
		entry("label.deleted", "tasks", { label_ids: [["gone"], []] }),
		["removed a deleted label"],
	],
	[
		"a milestone",
		entry("task.changed", "tasks", { milestone_id: [null, "beta"] }),
		["put this into the milestone Beta"],
	],
	[
		"another milestone",
		entry("task.changed", "tasks", { milestone_id: ["beta", "final"] }),
		["moved this from the milestone Beta to the milestone Final"],
	],
	[
		"no milestone",
		entry("task.changed", "tasks", { milestone_id: ["beta", null] }),
		["took this out of the milestone Beta"],
	],
	[
		"another due date",
		entry("task.changed", "tasks", { due_on: ["2025-12-01", "2025-12-04"] }),
		[`changed the due date from ${day("2025-12-01")} to ${day("2025-12-04")}`],
	],
	[
		"a first due date",
		entry("task.changed", "tasks", { due_on: [null, "2025-12-04"] }),
		[`set the due date to ${day("2025-12-04")}`],
		[`set the due date of ${mark} to ${day("2025-12-04")}`],
	],
	[
		"no start",
		entry("task.changed", "tasks", { start_on: ["2025-12-04", null] }),
		["removed the start date"],
	],
	[
		"a priority",
		entry("task.changed", "tasks", { priority: ["none", "high"] }),
		["set the priority to High"],
	],
	["no priority", entry("task.changed", "tasks", { priority: ["high", "none"] }), ["removed the priority"]],
	[
		"an estimate",
		entry("task.changed", "tasks", { estimate: [2, 3.5] }),
		["changed the estimate from 2 to 3.5"],
	],
	[
		"a change of many tasks",
		entry("task.changed", "tasks", { priority: ["none", "high"] }, { others: 12 }),
		["set the priority to High"],
		[`set the priority of ${mark} and 12 others to High`],
	],
	["archiving", entry("task.archived", "tasks", { archived_at: [null, "x"] }), ["archived this"]],
	["archiving, in few words", entry("task.archived", "tasks"), ["archived this"]],
	[
		"restoring",
		entry("task.unarchived", "tasks", { archived_at: ["x", null] }),
		["restored this from the archive"],
	],
	[
		"a task out of the trash",
		entry("task.restored", "tasks", { title: [null, "One"], description: [null, "Why"] }),
		["took this out of the trash"],
	],
	[
		"a move that is undone",
		entry("task.undone", "tasks", { column_id: ["review", "todo"], completed_at: ["x", null] }),
		["undid a change: moved this from Review to To do", "marked this as not done"],
	],
	[
		"a creation that is undone",
		entry("task.undone", "tasks", { title: ["One", null], priority: ["none", null] }),
		["undid a change: deleted this"],
	],
	[
		"a deleted item that is there again",
		entry("checklist_item.undone", "checklist_items", { text: [null, "First"] }, { name: "First" }),
		["undid a change: added “First” to the checklist"],
	],
	["a cover", entry("task.changed", "tasks", { cover_id: [null, "f1"] }), ["chose a cover"]],
	["a field of later", entry("task.changed", "tasks", { mood: [1, 2] }), ["changed this"]],
	[
		"a move on the timeline",
		entry("timeline.shifted", "tasks", {
			start_on: ["2025-12-01", "2025-12-03"],
			due_on: ["2025-12-02", "2025-12-04"],
		}),
		[
			`moved this on the timeline from ${day("2025-12-01")} – ${day("2025-12-02")} to ${day("2025-12-03")} – ${day("2025-12-04")}`,
		],
	],
	[
		"a new item",
		entry("checklist_item.created", "checklist_items", {}, { name: "First" }),
		["added “First” to the checklist"],
		[`added “First” to the checklist of ${mark}`],
	],
	[
		"a ticked item, which the event does not name",
		entry("checklist_item.changed", "checklist_items", { done: [false, true] }, { object_id: "i1" }),
		["ticked “First”"],
		[`ticked “First” in ${mark}`],
	],
	[
		"an unticked item that is gone",
		entry("checklist_item.changed", "checklist_items", { done: [true, false] }, { object_id: "gone" }),
		["unticked “an item”"],
	],
	[
		"another text of an item",
		entry("checklist_item.changed", "checklist_items", { text: ["A", "B"] }, { name: "B" }),
		["changed “A” to “B” in the checklist"],
	],
	[
		"an item elsewhere",
		entry("checklist_item.moved", "checklist_items", {}, { object_id: "i1" }),
		["moved “First” in the checklist"],
	],
	[
		"an item that is gone",
		entry("checklist_item.deleted", "checklist_items", {}, { name: "First" }),
		["removed “First” from the checklist"],
	],
	[
		"a dependency",
		entry("dependency.created", "dependencies", { depends_on_id: [null, "t2"] }, { object_id: "d1" }),
		["made this wait for WEB-2 Two"],
		["made WEB-1 One wait for WEB-2 Two"],
	],
	[
		"a dependency of another task on this one",
		entry("dependency.created", "dependencies", {}, { object_id: "d1", task_id: "t2" }),
		["made WEB-1 One wait for this"],
	],
	[
		"other days between",
		entry("dependency.changed", "dependencies", { lag_days: [0, 2] }, { object_id: "d1" }),
		["put 2 days between WEB-2 Two and this"],
		["put 2 days between WEB-2 Two and WEB-1 One"],
	],
	[
		"a dependency that is gone",
		entry("dependency.deleted", "dependencies", { depends_on_id: ["t2", null] }, { object_id: "gone" }),
		["made this no longer wait for WEB-2 Two"],
		["made a task no longer wait for WEB-2 Two"],
	],
	[
		"a comment",
		entry("comment.created", "comments", { body: [null, "Hello"] }),
		["commented"],
		[`commented on ${mark}`],
	],
	[
		"an edited comment",
		entry("comment.changed", "comments", { body: ["Hello", "Hi"] }),
		["edited a comment"],
	],
	["a deleted comment", entry("comment.deleted", "comments", { body: ["Hi", null] }), ["deleted a comment"]],
	[
		"a reaction",
		entry("comment.reacted", "comments", { reactions: [[], [reaction("🎉", "alice")]] }),
		["reacted with 🎉 to a comment"],
	],
	[
		"a reaction taken back",
		entry("comment.reacted", "comments", { reactions: [[reaction("🎉", "alice")], []] }),
		["took back a reaction to a comment"],
	],
	[
		"a file",
		entry("attachment.created", "attachments", {}, { name: "plan.pdf" }),
		["added the file plan.pdf"],
		[`added the file plan.pdf to ${mark}`],
	],
	[
		"a renamed file",
		entry("attachment.changed", "attachments", { name: ["a.pdf", "b.pdf"] }, { name: "b.pdf" }),
		["renamed the file a.pdf to b.pdf"],
	],
	[
		"a deleted file",
		entry("attachment.deleted", "attachments", {}, { name: "plan.pdf" }),
		["deleted the file plan.pdf"],
	],
	["an event of later", entry("rocket.launched", null), ["changed something"]],
];

/** What is about the project reads the same wherever it stands. */
const ofProject: [string, Activity, string[]][] = [
	["a column", entry("column.created", "columns", {}, { name: "Review" }), ["created the column Review"]],
	[
		"another name of a column",
		entry("column.changed", "columns", { name: ["A", "B"] }, { name: "B" }),
		["renamed the column A to B"],
	],
	[
		"a limit",
		entry("column.changed", "columns", { wip_limit: [null, 3] }, { object_id: "review" }),
		["limited the column Review to 3"],
	],
	[
		"no limit",
		entry("column.changed", "columns", { wip_limit: [3, null] }, { object_id: "review" }),
		["removed the limit of the column Review"],
	],
	[
		"another kind of column",
		entry("column.changed", "columns", { kind: ["active", "done"] }, { object_id: "review" }),
		["made the column Review one of the kind done"],
	],
	[
		"a column that archives",
		entry("column.changed", "columns", { archive_after_days: [null, 14] }, { object_id: "review" }),
		["let the column Review archive tasks after 14 quiet days"],
	],
	[
		"a column elsewhere",
		entry("column.moved", "columns", {}, { object_id: "todo" }),
		["moved the column To do"],
	],
	[
		"a column that is gone",
		entry("column.deleted", "columns", {}, { name: "Old" }),
		["deleted the column Old"],
	],
	["a label", entry("label.created", "labels", {}, { name: "bug" }), ["created the label bug"]],
	[
		"another colour of a label",
		entry("label.changed", "labels", { colour: ["red", "blue"] }, { object_id: "bug" }),
		["changed the label bug"],
	],
	["no label", entry("label.deleted", "labels", {}, { name: "bug" }), ["deleted the label bug"]],
	[
		"a reached milestone",
		entry("milestone.changed", "milestones", { completed_at: [null, "x"] }, { object_id: "beta" }),
		["marked the milestone Beta as reached"],
	],
	[
		"a milestone's date",
		entry("milestone.changed", "milestones", { due_on: [null, "2025-12-04"] }, { object_id: "beta" }),
		[`set the date of the milestone Beta to ${day("2025-12-04")}`],
	],
	[
		"a member",
		entry("member.added", "members", { role: [null, "editor"] }, { object_id: "bob", name: "Bob" }),
		["added Bob as editor"],
	],
	[
		"one who joins",
		entry("member.added", "members", { role: [null, "editor"] }, { object_id: "alice", name: "Alice" }),
		["joined as editor"],
	],
	[
		"another role",
		entry("member.changed", "members", { role: ["viewer", "manager"] }, { object_id: "bob" }),
		["made Bob manager"],
	],
	[
		"one who is removed",
		entry("member.removed", "members", {}, { object_id: "gone", name: "Charlie" }),
		["removed Charlie from the project"],
	],
	[
		"a guest of an import",
		entry("member.merged", "members", {}, { object_id: "gone", name: "Charlie" }),
		["merged the guest Charlie with a member"],
	],
	["one who leaves", entry("member.removed", "members", {}, { object_id: "alice" }), ["left the project"]],
	[
		"another name that is undone",
		entry("label.undone", "labels", { name: ["B", "A"] }, { name: "A" }),
		["undid a change: renamed the label B to A"],
	],
	["a project", entry("project.created", "project"), ["created the project"]],
	[
		"another name of a project",
		entry("project.changed", "project", { name: ["A", "B"] }),
		["renamed the project from A to B"],
	],
	[
		"a setting",
		entry("project.changed", "project", { move_completed: [false, true] }),
		["changed the settings of the project"],
	],
	["an archived project", entry("project.archived", "project"), ["archived the project"]],
	["a view", entry("view.created", "views", {}, { name: "Mine" }), ["created the view Mine"]],
];

describe("an event in words", () => {
	it.each(table)("tells of %s", (_, item, inTask, inProject) => {
		expect(texts(item, true)).toEqual(inTask);
		if (inProject) expect(texts(item, false)).toEqual(inProject);
	});

	it.each(ofProject)("tells of %s", (_, item, expected) => {
		expect(texts(item, false)).toEqual(expected);
		expect(texts(item, true)).toEqual(expected);
	});

	it("keeps both texts of a description and of an edited comment, and none of a deleted comment", () => {
		const of = (item: Activity) => sentencesOf(item, names, true)[0]?.texts;
		expect(of(entry("task.changed", "tasks", { description: ["a", "b"] }))).toEqual({ from: "a", to: "b" });
		expect(of(entry("comment.changed", "comments", { body: ["a", "b"] }))).toEqual({ from: "a", to: "b" });
		expect(of(entry("comment.deleted", "comments", { body: ["secret", null] }))).toBeUndefined();
	});
});
