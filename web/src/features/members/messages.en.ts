import type { Invitation, Role } from "boardcast";
import { member } from "../../domain/member/messages";
import { plural } from "../../platform/i18n/language";

type InvitationProblem = NonNullable<Invitation["problem"]>;

export const members = {
	group: "Members",
	count: (count: number) => plural("en", count, { one: "person", other: "people" }),
	you: "you",
	roleOf: (name: string) => `Role of ${name}`,

	remove: (name: string) => `Remove ${name}`,
	removeQuestion: (name: string, project: string) => `Remove ${name} from “${project}”?`,
	removeHint: (name: string) =>
		`From that moment ${name} receives nothing of the project. Tasks assigned to ${name} stay and lose the assignment.`,
	removed: (name: string) => `${name} was removed`,
	guest: "Guest",
	guestHint: "From an imported file, without an account here",
	mergeShort: "Who is this?",
	mergeOf: (name: string) => `Say which member ${name} is`,
	mergeTitle: (name: string) => `Who is ${name}?`,
	mergeHint: (name: string) =>
		`What ${name} wrote, made and is assigned to becomes the member’s. The guest leaves the list. This cannot be undone.`,
	mergeWith: "Member",
	merge: "Merge",
	merged: (guest: string, name: string) => `${guest} is ${name} now`,
	leave: "Leave the project",
	leaveQuestion: (project: string) => `Leave “${project}”?`,
	leaveHint: "Your tasks stay and lose the assignment. To come back, you need somebody to add you.",
	left: (project: string) => `You left “${project}”`,

	invite: "Invite",
	inviteTitle: "Invite people",
	inviteRole: "They join as",
	fromProjects: "From your other projects",
	addHint: "They see this project at once.",
	findPerson: "Find a person",
	added: (name: string) => `${name} was added`,

	byLink: "By a link",
	inviteUses: "Who may join by it",
	uses: (count: number | null) =>
		count === null ? "Any number of people" : count === 1 ? "One person" : `${count} people`,
	inviteFor: "For whom (optional)",
	inviteForHint: "An e-mail address, as a reminder for you. Nothing is sent.",
	inviteForMailHint: "An e-mail address. The link can be sent there.",
	sendIt: "Send the link to this address",
	inviteFor_: (email: string) => `For ${email}`,
	anybody: "For anybody with the link",
	forUses: (most: number | null) => (most === null ? "For all who have the link" : `For ${most} people`),
	joined: (count: number, most: number | null) =>
		most === null ? `${count} joined` : `${count} of ${most} joined`,
	accountsOnly: "Only for people who have an account.",
	accountsOnlyHint:
		"Who joins by it needs an account. On this server only administrators bring in people who have none.",
	inviteDays: "Works for",
	days: (count: number) => plural("en", count, { one: "day", other: "days" }),
	createLink: "Create the link",
	createAndSend: "Create and send the link",
	sentTo: (email: string) => `The link is sent to ${email}.`,
	sentHint: (role: Role) =>
		`Who opens it joins as ${member.role(role).toLowerCase()}. You can copy it too: it is shown only this once.`,
	link: "Invitation link",
	linkHint: (role: Role, uses: number | null) => {
		const who =
			uses === 1
				? "Who opens it joins"
				: uses === null
					? "All who open it join"
					: `The first ${uses} people who open it join`;
		return `${who} as ${member.role(role).toLowerCase()}. Copy it now and send it yourself: it is shown only this once.`;
	},
	done: "Done",
	another: "Create another link",

	invitations: "Invitations",
	noInvitations: "No open invitations.",
	invitedBy: (name: string) => `by ${name}`,
	expires: "expires",
	/** `gives` is the role that the link still gives. */
	inviteProblem: (problem: InvitationProblem, maker: string | undefined, gives: string | null) => {
		const who = maker ?? "the person who made it";
		const why = {
			maker_disabled: `the account of ${who} is disabled`,
			maker_left: `${who} has left the project`,
			maker_demoted: `${who} may not give this role any more`,
		}[problem];
		return gives ? `Now gives ${gives} only: ${why}.` : `Does not work: ${why}.`;
	},
	revoke: "Take back",
	revokeOf: (who: string) => `Take back: ${who}`,
	revoked: "The link does not work any more",
	couldNotRevoke: "Could not take the invitation back",
	couldNotLoadInvitations: "The invitations could not be loaded",
};
