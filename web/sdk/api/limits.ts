// Made from openapi.json by "npm run types".

export const AttachmentPatch = {
	name: { minLength: 1, maxLength: 255 },
} as const;

export const BulkChange = {
	task_ids: { minItems: 1, maxItems: 500 },
	add_label_ids: { maxItems: 100 },
	remove_label_ids: { maxItems: 100 },
	add_assignee_ids: { maxItems: 100 },
	remove_assignee_ids: { maxItems: 100 },
} as const;

export const ChecklistItemPatch = {
	text: { minLength: 1, maxLength: 255 },
} as const;

export const ColumnPatch = {
	name: { minLength: 1, maxLength: 100 },
	wip_limit: { minimum: 1, maximum: 10000 },
	archive_after_days: { minimum: 1, maximum: 365 },
} as const;

export const ForgottenPassword = {
	email: { minLength: 3, maxLength: 254 },
} as const;

export const LabelPatch = {
	name: { minLength: 1, maxLength: 100 },
	colour: { minLength: 7, maxLength: 7 },
} as const;

export const Link = {
	secret: { minLength: 1, maxLength: 255 },
} as const;

export const MePatch = {
	name: { minLength: 1, maxLength: 100 },
	time_zone: { minLength: 1, maxLength: 100 },
} as const;

export const MilestonePatch = {
	name: { minLength: 1, maxLength: 100 },
} as const;

export const NewAccount = {
	email: { minLength: 3, maxLength: 254 },
	name: { minLength: 1, maxLength: 100 },
} as const;

export const NewCalendar = {
	name: { minLength: 1, maxLength: 100 },
	project_ids: { minItems: 1, maxItems: 200 },
} as const;

export const NewChecklistItem = {
	text: { minLength: 1, maxLength: 255 },
} as const;

export const NewColumn = {
	name: { minLength: 1, maxLength: 100 },
	wip_limit: { minimum: 1, maximum: 10000 },
	archive_after_days: { minimum: 1, maximum: 365 },
} as const;

export const NewComment = {
	body: { minLength: 0, maxLength: 65536 },
} as const;

export const NewInvitation = {
	email: { minLength: 3, maxLength: 254 },
	expires_in_days: { minimum: 1, maximum: 90 },
	max_uses: { minimum: 1, maximum: 1000 },
} as const;

export const NewLabel = {
	name: { minLength: 1, maxLength: 100 },
	colour: { minLength: 7, maxLength: 7 },
} as const;

export const NewMilestone = {
	name: { minLength: 1, maxLength: 100 },
} as const;

export const NewPassword = {
	secret: { minLength: 1, maxLength: 255 },
	password: { minLength: 8, maxLength: 256 },
} as const;

export const NewProject = {
	name: { minLength: 1, maxLength: 100 },
	key: { minLength: 2, maxLength: 10 },
} as const;

export const NewPushSubscription = {
	endpoint: { maxLength: 2048 },
} as const;

export const NewTask = {
	title: { minLength: 1, maxLength: 255 },
	description: { minLength: 0, maxLength: 65536 },
	estimate: { minimum: 0, maximum: 100000 },
} as const;

export const NewToken = {
	name: { minLength: 1, maxLength: 100 },
	scopes: { minItems: 1 },
} as const;

export const NewUser = {
	email: { minLength: 3, maxLength: 254 },
	name: { minLength: 1, maxLength: 100 },
	password: { minLength: 8, maxLength: 256 },
	invitation: { minLength: 1, maxLength: 255 },
	setup: { minLength: 1, maxLength: 255 },
} as const;

export const NewView = {
	name: { minLength: 1, maxLength: 100 },
	filter: { maxLength: 2000 },
	sort: { minLength: 1, maxLength: 100 },
	group_by: { minLength: 1, maxLength: 100 },
} as const;

export const NewWebhook = {
	url: { maxLength: 2048 },
	types: { minItems: 1, maxItems: 50 },
	name: { minLength: 1, maxLength: 100 },
} as const;

export const Presence = {
	tab: { minLength: 1, maxLength: 64 },
} as const;

export const ProjectCopy = {
	name: { minLength: 1, maxLength: 100 },
	key: { minLength: 2, maxLength: 10 },
} as const;

export const ProjectPatch = {
	name: { minLength: 1, maxLength: 100 },
	description: { minLength: 0, maxLength: 65536 },
	key: { minLength: 2, maxLength: 10 },
} as const;

export const Redelivery = {
	from_seq: { minimum: 1 },
} as const;

export const SetDependency = {
	lag_days: { minimum: -365, maximum: 365 },
} as const;

export const SetPassword = {
	new_password: { minLength: 8, maxLength: 256 },
} as const;

export const TaskPatch = {
	title: { minLength: 1, maxLength: 255 },
	description: { minLength: 0, maxLength: 65536 },
	estimate: { minimum: 0, maximum: 100000 },
} as const;

export const Text = {
	text: { minLength: 0, maxLength: 65536 },
} as const;

export const UndoRun = {
	from_seq: { minimum: 1 },
	to_seq: { minimum: 1 },
	cause_prefix: { maxLength: 255 },
} as const;

export const ViewPatch = {
	name: { minLength: 1, maxLength: 100 },
	filter: { maxLength: 2000 },
	sort: { minLength: 1, maxLength: 100 },
	group_by: { minLength: 1, maxLength: 100 },
} as const;

export const WebhookPatch = {
	url: { maxLength: 2048 },
	types: { minItems: 1, maxItems: 50 },
	name: { minLength: 1, maxLength: 100 },
} as const;
