import type { Role } from "../../api/types";
import { plural } from "../language";

const abilities: Record<Role, string> = {
	owner: "Everything, also deleting the project",
	manager: "Columns, labels, people and settings",
	editor: "Create, edit and move tasks",
	commenter: "Read and comment",
	viewer: "Read only",
};

export const members = {
	title: "Members",
	count: (count: number) => plural("en", count, { one: "person", other: "people" }),
	you: "you",
	ability: (role: Role) => abilities[role],
	roleOf: (name: string) => `Role of ${name}`,
	couldNotChangeRole: (name: string) => `Could not change the role of ${name}`,

	remove: (name: string) => `Remove ${name}`,
	removeFrom: "Remove from the project",
	removeQuestion: (name: string, project: string) => `Remove ${name} from “${project}”?`,
	removeHint: (name: string) =>
		`From that moment ${name} receives nothing of the project. Tasks assigned to ${name} stay and lose the assignment.`,
	removed: (name: string) => `${name} was removed`,
	leave: "Leave the project",
	leaveQuestion: (project: string) => `Leave “${project}”?`,
	leaveHint: "Your tasks stay and lose the assignment. To come back, you need somebody to add you.",
	left: (project: string) => `You left “${project}”`,

	addPeople: "Add people",
	addTitle: "Add people you work with",
	addHint: "These are people from your other projects. They see this project at once.",
	addRole: "They join as",
	findPerson: "Find a person",
	nobodyLeft: "Everybody from your other projects is here already. Others join by an invitation link.",
	couldNotAdd: (name: string) => `Could not add ${name}`,
	added: (name: string) => `${name} was added`,

	invitations: "Invitations",
	invite: "Invite by link",
	inviteTitle: "Invite by link",
	inviteHint: "Whoever opens the link joins with this role. It works once.",
	inviteRole: "Role",
	inviteFor: "For whom (optional)",
	inviteForHint: "An e-mail address as a reminder for you. Nothing is sent.",
	inviteFor_: (email: string) => `For ${email}`,
	anybody: "For anybody with the link",
	inviteDays: "Works for",
	days: (count: number) => plural("en", count, { one: "day", other: "days" }),
	createLink: "Create the link",
	link: "Invitation link",
	linkHint: "Copy it now and send it yourself: it is shown only this once.",
	done: "Done",
	another: "Create another",
	noInvitations: "No open invitations.",
	invitedBy: (name: string) => `by ${name}`,
	expires: "expires",
	revoke: "Take back",
	revokeOf: (who: string) => `Take back: ${who}`,
	revoked: "The link does not work any more",
	couldNotRevoke: "Could not take the invitation back",
	couldNotLoadInvitations: "The invitations could not be loaded",
};
