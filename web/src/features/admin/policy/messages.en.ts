import type { Policy } from "boardcast";

const allowed = { everyone: "Everyone", administrators: "Administrators only" };

export const policy = {
	title: "Policy",
	hint: "What people may do on this server. A change counts at once, on every way: the page, the API, tools and imports. It is written to the audit log.",
	fields: {
		create_projects: "Who creates projects",
		invite_people: "Who invites people without an account",
		create_tokens: "Who makes API tokens",
		second_factor: "Who has to use two-step sign-in",
	} satisfies Record<keyof Policy, string>,
	hints: {
		create_projects: "Also by duplicating a project and by importing one.",
		invite_people:
			"Everyone who may invite into a project, or only administrators among them. People with an account are invited as before.",
		create_tokens: "Tokens that were made before go on.",
		second_factor:
			"People who have not set it up sign in and can do nothing else until they have. Their tokens stop, and their open pages say so.",
	} satisfies Record<keyof Policy, string>,
	allowed,
	required: { nobody: "Nobody", administrators: "Administrators", everyone: "Everyone" },
	ownFirst:
		"Before you require two-step sign-in, turn it on for your own account, so that you do not lock yourself out.",
	toAccount: "Open my account",
	save: "Save the policy",
	saved: "The policy is changed",
};
