// The nouns of the API, word for word. Until the OpenAPI snapshot exists they are written here; then each
// line becomes `components["schemas"]["Task"]` and no importer changes.

/** RFC 3339 UTC with milliseconds. */
export type Instant = string;
/** `YYYY-MM-DD`, without a zone. */
export type Day = string;

export type Role = "owner" | "manager" | "editor" | "commenter" | "viewer";
export type Priority = "none" | "low" | "medium" | "high" | "urgent";
export type ColumnKind = "backlog" | "active" | "done";
export type Scope = "read" | "write";

export interface User {
	id: string;
	email: string;
	name: string;
	admin: boolean;
	created_at: Instant;
}
export interface AdminUser extends User {
	disabled_at: Instant | null;
}
export interface Project {
	id: string;
	name: string;
	key: string;
	description: string;
	archived_at: Instant | null;
	version: number;
}
export interface ProjectSummary extends Project {
	role: Role;
	member_count: number;
	task_count: number;
	done_count: number;
}
/** `id` is the user's id. */
export interface Member {
	id: string;
	name: string;
	role: Role;
	version: number;
}
export interface Column {
	id: string;
	name: string;
	position: string;
	wip_limit: number | null;
	kind: ColumnKind;
	version: number;
}
export interface Task {
	id: string;
	number: number;
	title: string;
	column_id: string;
	position: string;
	assignee_ids: string[];
	label_ids: string[];
	milestone_id: string | null;
	priority: Priority;
	start_on: Day | null;
	due_on: Day | null;
	estimate: number | null;
	completed_at: Instant | null;
	archived_at: Instant | null;
	comment_count: number;
	attachment_count: number;
	created_by: string;
	created_at: Instant;
	version: number;
	/** Not in the snapshot: there once the task was read by itself, or somebody changed it. */
	description?: string;
}
export interface TaskDetail extends Task {
	description: string;
}
export interface Label {
	id: string;
	name: string;
	colour: string;
	version: number;
}
export interface Milestone {
	id: string;
	name: string;
	due_on: Day | null;
	completed_at: Instant | null;
	version: number;
}
/** `task_id` starts after `depends_on_id`. */
export interface Dependency {
	id: string;
	task_id: string;
	depends_on_id: string;
	lag_days: number;
	version: number;
}
export interface ChecklistItem {
	id: string;
	task_id: string;
	text: string;
	done: boolean;
	position: string;
	version: number;
}
export interface Notification {
	id: string;
	number: number;
	kind: "assigned" | "added_to_project";
	project: Pick<Project, "id" | "name" | "key">;
	task: Pick<Task, "id" | "number" | "title"> | null;
	actor: Person | null;
	created_at: Instant;
	read_at: Instant | null;
}
export interface Session {
	id: string;
	created_at: Instant;
	last_seen_at: Instant;
	expires_at: Instant;
	user_agent: string;
	current: boolean;
}
export interface Token {
	id: string;
	name: string;
	scopes: Scope[];
	project_ids: string[] | null;
	created_at: Instant;
	expires_at: Instant;
	last_used_at: Instant | null;
}
export interface Invitation {
	id: string;
	role: Role;
	email: string | null;
	created_by: string;
	created_at: Instant;
	expires_at: Instant;
}
export interface Person {
	id: string;
	name: string;
}
export interface Instance {
	name: string;
	version: string;
	signup: "open" | "invited" | "closed";
	setup_required: boolean;
}
export interface InvitationPreview {
	project_name: string;
	role: Role;
	invited_by: string;
	expires_at: Instant;
}
export interface List<T> {
	items: T[];
	next_cursor: string | null;
}

/** Everything a project's snapshot and its events are made of, by kind. */
export interface Kinds {
	project: Project;
	members: Member;
	columns: Column;
	tasks: Task;
	labels: Label;
	milestones: Milestone;
	dependencies: Dependency;
	checklist_items: ChecklistItem;
}
export type Kind = keyof Kinds;

/** `changes` are merged by id, `removed` are deleted by id; a changed object has only what changed. */
export interface Change {
	changes?: { [K in Kind]?: (Partial<Kinds[K]> & { id: string })[] };
	removed?: { [K in Kind]?: string[] };
}
export interface ProjectEvent extends Change {
	project: string;
	seq: number;
	type: string;
	at: Instant;
	actor: Person | null;
	cause?: string | null;
}
export interface EventPage {
	items: ProjectEvent[];
	next_cursor: number | string | null;
	head: number;
	epoch: string;
}
export type Snapshot = { epoch: string; seq: number; project: Project } & {
	[K in Exclude<Kind, "project">]: Kinds[K][];
};
export interface Timeline {
	epoch: string;
	seq: number;
	tasks: Task[];
	milestones: Milestone[];
	dependencies: Dependency[];
	critical_path: string[];
	slack: Record<string, number>;
}
