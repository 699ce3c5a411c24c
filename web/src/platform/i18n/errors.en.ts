const wait = (seconds?: number) => (seconds ? ` Try again in ${seconds} s.` : " Try again in a moment.");

type Line = (retryAfter?: number) => string;

const codes = {
	offline: () => "The server cannot be reached. Check your connection.",
	unauthenticated: () => "You are signed out. Sign in and try again.",
	wrong_credentials: () => "The e-mail address or the password is wrong.",
	wrong_code: () => "This code is wrong, or was used already.",
	sign_in_expired: () => "That took too long. Enter your password once more.",
	not_found: () => "It is not there any more, or you no longer have access to it.",
	forbidden: () => "Your role in this project does not allow this.",
	task_archived: () => "The task is archived. Restore it to change anything.",
	project_archived: () => "The project is archived. Unarchive it to change anything.",
	wip_limit: () => "The column is at its limit. Finish or move a task out of it first.",
	dependency_cycle: () => "That would make the tasks wait for each other in a circle.",
	last_owner: () => "A project needs an owner. Make somebody else owner first.",
	only_owner: () =>
		"Others need you as the only owner of these projects. Make somebody else owner first, or delete them.",
	last_admin: () => "A server needs an administrator. Make somebody else administrator first.",
	key_taken: () => "Another project of yours has this key. Choose another one.",
	label_taken: () => "The project has a label of this name already.",
	column_not_empty: () => "The column still has tasks. Say where they should go.",
	email_taken: () => "There is an account with this e-mail address already. Sign in instead.",
	setup_done: () => "The first administrator exists already. Sign in instead.",
	invitation_used: () => "This invitation was used already. Ask for a new one.",
	signup_closed: () => "This server takes new accounts by invitation only.",
	version_conflict: () => "Somebody changed this at the same time. Nothing of theirs was overwritten.",
	too_large: () => "That is larger than the server accepts.",
	rate_limited: (seconds) => `Too many requests.${wait(seconds)}`,
	unavailable: (seconds) => `The server is busy.${wait(seconds)}`,
	maybe_saved: () =>
		"It was sent more than a day ago without an answer. Look whether it is there before you try again.",
	storage_full: () => "The server's disk is full. Nothing was lost; tell its administrator.",
} satisfies Record<string, Line>;

export const errors = {
	codes: codes as Record<keyof typeof codes, Line>,
	unknown: (request?: string) =>
		request
			? `Something went wrong on the server (request ${request}).`
			: "Something went wrong on the server.",
};
