// The nouns of the API, word for word from the server's own description.
import type { components } from "./schema.ts";

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
/** `id` is the user's id. A newer server tells the address. */
export type Member = Schemas["Member"];
export type Column = Schemas["Column"];
/** A task as the board has it: without what is read with the task alone. */
export type Task = Schemas["Task"];
export type TaskDetail = Schemas["TaskDetail"];
/** A deleted task, until its time in the trash is over. */
export type TrashedTask = Schemas["TrashedTask"];
export type TrashedProject = Schemas["TrashedProject"];
/** What a task has beside the board: read with the task, and changed by the task's events. */
export type TaskText = Pick<TaskDetail, "id" | "description" | "description_html" | "version">;
export type Label = Schemas["Label"];
export type Milestone = Schemas["Milestone"];
/** `task_id` starts after `depends_on_id`. */
export type Dependency = Schemas["Dependency"];
export type ChecklistItem = Schemas["ChecklistItem"];
export type Comment = Schemas["Comment"];
/** Who has reacted to a comment with one emoji. */
export type Reaction = Schemas["Reaction"];
/** A file of a task. */
export type Attachment = Schemas["Attachment"];
/** A layout of a project with its filter, of one person or of all. */
export type SavedView = Schemas["View"];
export type Notification = Schemas["Notification"];
/** Of what a person is told, and in which ways. */
export type NotificationSettings = Schemas["NotificationSettings"];
/** How a person is told by push, and whether this browser is. */
export type Push = Schemas["Push"];
export type Session = Schemas["Session"];
export type Token = Schemas["Token"];
/** Whether a person signs in with a second factor, and one before it is on. */
export type Totp = Schemas["Totp"];
export type NewTotp = Schemas["NewTotp"];
/** An attempt to sign in to one's account. */
export type PastSignIn = Schemas["PastSignIn"];
export type Calendar = Schemas["Calendar"];
export type Invitation = Schemas["Invitation"];
export type InvitationPreview = Schemas["Preview"];
/** An address that a project's events are sent to. */
export type Webhook = Schemas["Webhook"];
/** One attempt to send something there. */
export type Delivery = Schemas["Delivery"];
export type Person = Schemas["Person"];
/** For administrators: a project, and its name only where no owner can sign in. */
export type AdminProject = Schemas["AdminProject"];
/** For administrators: where events of a project are sent. */
export type AdminWebhook = Schemas["AdminWebhook"];
/** For administrators: an entry of the audit log. */
export type AuditEntry = Schemas["AuditEntry"];
export type AuditAct = Schemas["AuditAct"];
/** What administrators decide for the whole server. */
export type Policy = Schemas["Policy"];
/** What that means for one person. */
export type OwnPolicy = Schemas["OwnPolicy"];
/** For administrators: what the instance is made of and how full it is. */
export type InstanceOverview = Schemas["InstanceOverview"];
/** For administrators: a mail that could not be sent. */
export type FailedMail = Schemas["FailedMail"];
/** For administrators: how the instance is doing. */
export type Metrics = Schemas["Metrics"];
/** A newer server tells how large a file may be that is imported. */
export type Instance = Schemas["Instance"] & { import_limit?: number };
/** A task in a list over several projects. */
export type ListedTask = Schemas["ListedTask"];
/** A task, a comment or a file that a search has found. */
export type FoundTask = Schemas["Hit"];
/** An older server gives no cursor. */
export type Snapshot = Omit<Schemas["Board"], "cursor"> & { cursor?: string };
export type Timeline = Schemas["Timeline"];
/** An event in the words of people. */
export type Activity = Schemas["Activity"];
/** An object that differs between two moments. */
export type Difference = Schemas["Difference"];
/** A file of another program, on its way to become tasks. */
export type Import = Schemas["Import"];
/** What an import took and what it left. */
export type ImportReport = NonNullable<Import["report"]>;
/** What a person says of a file that is imported; the server guesses the rest. */
export type ImportMapping = Partial<NonNullable<Schemas["ImportForm"]["mapping"]>>;
/** What a project's log says in numbers. */
export type Burnup = Schemas["Report_BurnupPoint"];
export type Throughput = Schemas["Report_ThroughputPoint"];
export type CycleTime = Schemas["CycleTime"];
export type CumulativeFlow = Schemas["CumulativeFlow"];
export type Workload = Schemas["Report_WorkloadPoint"];
export type Ageing = Schemas["Ageing"];

export type NewTask = Schemas["NewTask"];
/** A cleared description is "" here, so that one object serves as the optimistic change and as the request. */
export type TaskPatch = Omit<Schemas["TaskPatch"], "description"> & { description?: string };
export type MilestonePatch = Schemas["MilestonePatch"];
export type Schedule = Schemas["Schedule"];
/** At least one of `after` and `before`: the generated type cannot say that. */
export type Place =
	| { column_id: string; after: string | null }
	| { column_id: string; before: string | null };

export interface List<T> {
	items: T[];
	next_cursor?: string | null;
}

/** The objects of a project, by kind. `kinds.ts` says how each is held. */
export interface Kinds {
	project: Project;
	members: Member;
	columns: Column;
	tasks: Task;
	labels: Label;
	milestones: Milestone;
	dependencies: Dependency;
	checklist_items: ChecklistItem;
	task_texts: TaskText;
	comments: Comment;
	attachments: Attachment;
}
export type Kind = keyof Kinds;

/** What is told of an object: a task's own event tells its text with it. */
type Told<K extends Kind> = K extends "tasks" ? TaskDetail : Kinds[K];

/** `changes` are merged by id, `removed` are deleted by id; a changed object has only what changed. */
export interface Change {
	changes?: { [K in Kind]?: (Partial<Told<K>> & { id: string })[] } | null;
	removed?: { [K in Kind]?: string[] } | null;
}
/** An event as the reducer reads it: the generated type leaves the kinds of `changes` open. */
export type ProjectEvent = Omit<Schemas["Event"], keyof Change> & Change;
/** An older server gives no cursor, and a number as the next one. */
export type EventPage = Omit<Schemas["EventPage"], "items" | "cursor" | "next_cursor"> & {
	items: ProjectEvent[];
	cursor?: string;
	next_cursor: string | number | null;
};
