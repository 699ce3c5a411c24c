// The nouns of the API, word for word from the server's own description.
import type { components } from "./schema";

type Schemas = components["schemas"];

/** RFC 3339 UTC with milliseconds. */
export type Instant = string;
/** `YYYY-MM-DD`, without a zone. */
export type Day = string;

export type Role = Schemas["Role"];
export type Priority = Schemas["Priority"];
export type ColumnKind = Schemas["ColumnKind"];
export type Scope = Schemas["Scope"];

export type User = Schemas["User"];
export type AdminUser = Schemas["Account"];
export type Project = Schemas["Project"];
export type ProjectSummary = Schemas["ProjectSummary"];
/** `id` is the user's id. */
export type Member = Schemas["Member"];
export type Column = Schemas["Column"];
export type TaskDetail = Schemas["TaskDetail"];
/** The description is not in the snapshot: there once the task was read by itself, or somebody changed it. */
export type Task = Schemas["Task"] & Partial<Pick<TaskDetail, "description">>;
export type Label = Schemas["Label"];
export type Milestone = Schemas["Milestone"];
/** `task_id` starts after `depends_on_id`. */
export type Dependency = Schemas["Dependency"];
export type ChecklistItem = Schemas["ChecklistItem"];
export type Notification = Schemas["Notification"];
export type Session = Schemas["Session"];
export type Token = Schemas["Token"];
export type Invitation = Schemas["Invitation"];
export type InvitationPreview = Schemas["Preview"];
export type Person = Schemas["Person"];
export type Instance = Schemas["Instance"];
export type Snapshot = Schemas["Board"];
export type Timeline = Schemas["Timeline"];

export type NewTask = Schemas["NewTask"];
/** A cleared description is "" here, so that the same fields show the edit and send it. */
export type TaskPatch = Omit<Schemas["TaskPatch"], "description"> & { description?: string };
export type Schedule = Schemas["Schedule"];
/** Exactly one of `after` and `before`; the server's description cannot say that. */
export type Place =
	| { column_id: string; after: string | null }
	| { column_id: string; before: string | null };

export interface List<T> {
	items: T[];
	next_cursor?: string | null;
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
	changes?: { [K in Kind]?: (Partial<Kinds[K]> & { id: string })[] } | null;
	removed?: { [K in Kind]?: string[] } | null;
}
/** An event as the reducer reads it; the server's description leaves its kinds open. */
export type ProjectEvent = Omit<Schemas["Event"], keyof Change> & Change;
export type EventPage = Omit<Schemas["EventPage"], "items"> & { items: ProjectEvent[] };
