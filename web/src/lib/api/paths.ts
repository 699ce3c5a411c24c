// The addresses of the API in the shape that openapi-fetch reads. Written by hand until `npm run types` can make
// them from the snapshot; then this file becomes `export type { paths } from "./schema"`.
import type * as t from "./types";

type Json<T> = { content: { "application/json": T } };
type Parameter = Record<string, unknown>;
interface Headers {
	"Idempotency-Key"?: string;
	"If-Match"?: string;
	"If-None-Match"?: string;
}
type Get<Answer, Path = never, Query = never> = { get: Plain<Answer, Path, Query> };
type Plain<Answer, Path, Query> = {
	parameters: Slots<Path, Query>;
	responses: { 200: Json<Answer>; default: { content: { "application/problem+json": unknown } } };
};
type Slots<Path, Query> = ([Path] extends [never] ? { path?: never } : { path: Path }) & {
	query?: [Query] extends [never] ? Parameter : Query;
	header?: Headers;
};
type Send<Answer, Body, Path, Query> = Plain<Answer, Path, Query> &
	([Body] extends [never] ? { requestBody?: never } : { requestBody: Json<Body> });
type Post<A, B, P = never> = { post: Send<A, B, P, never> };
type Put<A, B, P = never> = { put: Send<A, B, P, never> };
type Patch<A, B, P = never> = { patch: Send<A, B, P, never> };
type Delete<P = never, Q = never> = { delete: Send<undefined, never, P, Q> };
type Undo<A, P> = { delete: Send<A, never, P, never> };

type P = { project: string };
type T = P & { task: string };
type Paging = { limit?: number; cursor?: string };
type Dates = { start_on?: t.Day | null; due_on?: t.Day | null };
type TaskFields = Dates & {
	title?: string;
	description?: string;
	assignee_ids?: string[];
	label_ids?: string[];
	milestone_id?: string | null;
	priority?: t.Priority;
	estimate?: number | null;
};
export type NewTask = TaskFields & {
	title: string;
	column_id: string;
	after?: string | null;
	before?: string;
};
export type TaskPatch = TaskFields;
export type Place =
	| { column_id: string; after: string | null }
	| { column_id: string; before: string | null };
export type Schedule = Dates & { dependents: "keep" | "push" | "shift" };
type NewUser = { email: string; name: string; password: string; invitation?: string; setup?: string };
type NewToken = { name: string; scopes: t.Scope[]; project_ids?: string[]; expires_at?: t.Instant };
type NewColumn = { name: string; wip_limit?: number | null; kind?: t.ColumnKind; after?: string | null };
type NewInvitation = { role: t.Role; email?: string; expires_in_days?: number };

export interface paths {
	"/instance": Get<t.Instance>;
	"/session": Get<{ user: t.User }> &
		Post<{ user: t.User }, { email: string; password: string; remember?: boolean }> &
		Delete;
	"/users": Post<{ user: t.User }, NewUser>;
	"/invitations/preview": Post<t.InvitationPreview, { secret: string }>;
	"/invitations/accept": Post<{ project: t.Project }, { secret: string }>;
	"/me": Get<t.User> & Patch<t.User, { name?: string }>;
	"/me/password": Put<undefined, { current_password: string; new_password: string }>;
	"/me/sessions": Get<t.List<t.Session>>;
	"/me/sessions/{session}": Delete<{ session: string }>;
	"/me/notifications": Get<
		t.List<t.Notification> & { unread_count: number },
		never,
		Paging & { unread?: boolean }
	>;
	"/me/notifications/{notification}/read": Put<t.Notification, never, { notification: string }>;
	"/me/notifications/read": Put<{ unread_count: number }, { up_to?: number }>;
	"/tokens": Get<t.List<t.Token>> & Post<t.Token & { secret: string }, NewToken>;
	"/tokens/{token}": Delete<{ token: string }>;
	"/admin/users": Get<t.List<t.AdminUser>, never, Paging & { q?: string }>;
	"/admin/users/{user}": Patch<t.AdminUser, { admin?: boolean; disabled?: boolean }, { user: string }>;
	"/projects": Get<t.List<t.ProjectSummary>, never, Paging & { archived?: "false" | "true" | "any" }> &
		Post<t.Project, { name: string; key?: string; template?: "basic" | "empty" }>;
	"/projects/{project}": Get<t.Project, P> &
		Patch<t.Project, { name?: string; description?: string; key?: string }, P> &
		Delete<P>;
	"/projects/{project}/archive": Put<t.Project, never, P> & Undo<t.Project, P>;
	"/projects/{project}/board": Get<t.Snapshot, P>;
	"/projects/{project}/events": Get<t.EventPage, P, { after: number; limit?: number }>;
	"/projects/{project}/timeline": Get<t.Timeline, P>;
	"/projects/{project}/members": Get<t.List<t.Member>, P>;
	"/projects/{project}/members/{user}": Put<t.Member, { role: t.Role }, P & { user: string }> &
		Delete<P & { user: string }>;
	"/projects/{project}/people": Get<t.List<t.Person>, P, { q: string }>;
	"/projects/{project}/invitations": Get<t.List<t.Invitation>, P> &
		Post<t.Invitation & { secret: string; url: string }, NewInvitation, P>;
	"/projects/{project}/invitations/{invitation}": Delete<P & { invitation: string }>;
	"/projects/{project}/columns": Post<t.Column, NewColumn, P>;
	"/projects/{project}/columns/{column}": Patch<t.Column, Partial<NewColumn>, P & { column: string }> &
		Delete<P & { column: string }, { move_to?: string }>;
	"/projects/{project}/columns/{column}/position": Put<
		t.Column,
		{ after: string | null },
		P & { column: string }
	>;
	"/projects/{project}/tasks": Post<t.TaskDetail, NewTask, P>;
	"/projects/{project}/tasks/{task}": Get<t.TaskDetail, T> & Patch<t.TaskDetail, TaskPatch, T> & Delete<T>;
	"/projects/{project}/tasks/{task}/position": Put<t.Task, Place, T>;
	"/projects/{project}/tasks/{task}/schedule": Put<{ tasks: t.Task[]; seq: number }, Schedule, T>;
	"/projects/{project}/tasks/{task}/assignees/{user}": Put<t.Task, never, T & { user: string }> &
		Undo<t.Task, T & { user: string }>;
	"/projects/{project}/tasks/{task}/labels/{label}": Put<t.Task, never, T & { label: string }> &
		Undo<t.Task, T & { label: string }>;
	"/projects/{project}/tasks/{task}/completion": Put<t.Task, never, T> & Undo<t.Task, T>;
	"/projects/{project}/tasks/{task}/archive": Put<t.Task, never, T> & Undo<t.Task, T>;
	"/projects/{project}/tasks/{task}/dependencies/{other}": Put<
		t.Dependency,
		{ lag_days?: number },
		T & { other: string }
	> &
		Delete<T & { other: string }>;
	"/projects/{project}/tasks/{task}/checklist": Post<
		t.ChecklistItem,
		{ text: string; after?: string | null },
		T
	>;
	"/projects/{project}/tasks/{task}/checklist/{item}": Patch<
		t.ChecklistItem,
		{ text?: string; done?: boolean },
		T & { item: string }
	> &
		Delete<T & { item: string }>;
	"/projects/{project}/tasks/{task}/checklist/{item}/position": Put<
		t.ChecklistItem,
		{ after: string | null },
		T & { item: string }
	>;
	"/projects/{project}/labels": Post<t.Label, { name: string; colour: string }, P>;
	"/projects/{project}/labels/{label}": Patch<
		t.Label,
		{ name?: string; colour?: string },
		P & { label: string }
	> &
		Delete<P & { label: string }>;
	"/projects/{project}/milestones": Post<t.Milestone, { name: string; due_on?: t.Day | null }, P>;
	"/projects/{project}/milestones/{milestone}": Patch<
		t.Milestone,
		{ name?: string; due_on?: t.Day | null; completed?: boolean },
		P & { milestone: string }
	> &
		Delete<P & { milestone: string }>;
}
