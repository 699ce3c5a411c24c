// Sample objects for tests.
import type { Column, ProjectEvent, Snapshot, Task } from "../api/types.ts";

export function task(id: string, over: Partial<Task> = {}): Task {
	return {
		id,
		number: 1,
		title: id,
		column_id: "c1",
		position: "a0",
		assignee_ids: [],
		label_ids: [],
		milestone_id: null,
		priority: "none",
		start_on: null,
		due_on: "2026-11-20",
		estimate: null,
		completed_at: null,
		archived_at: null,
		comment_count: 0,
		attachment_count: 0,
		cover_id: null,
		created_by: "alice",
		created_at: "2026-11-20T10:00:00.000Z",
		updated_at: "2026-11-20T10:00:00.000Z",
		version: 1,
		...over,
	};
}

export function column(id: string): Column {
	return {
		id,
		name: id,
		position: id,
		wip_limit: null,
		kind: "active",
		archive_after_days: null,
		version: 1,
	};
}

export function snapshot(seq: number, tasks: Task[], epoch = "e1"): Snapshot {
	return {
		epoch,
		seq,
		project: {
			id: "p",
			name: "Launch",
			key: "WEB",
			description: "",
			move_completed: true,
			template: false,
			archived_at: null,
			version: 1,
		},
		members: [],
		columns: [column("c1"), column("c2")],
		tasks,
		labels: [],
		milestones: [],
		dependencies: [],
		checklist_items: [],
	};
}

export function event(seq: number, task: Partial<Task> & { id: string }, cause?: string): ProjectEvent {
	const changes = { tasks: [{ version: seq, ...task }] };
	const at = "2026-11-20T10:00:00.000Z";
	return { project: "p", seq, type: "task.changed", at, actor: null, changes, ...(cause ? { cause } : {}) };
}
