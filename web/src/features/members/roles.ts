import type { Member, Role } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { members } from "../../lib/messages/members";

/** From the most to the least. */
const roles = ["owner", "manager", "editor", "commenter", "viewer"] as const satisfies readonly Role[];

/** Owners give every role; managers those below their own; the others none. */
export function mayGive(mine: Role): readonly Role[] {
	if (mine === "owner") return roles;
	return mine === "manager" ? ["editor", "commenter", "viewer"] : [];
}

/** The roles that I may choose for a member, empty when I may not touch this one. */
export function choicesFor(mine: Role, member: Pick<Member, "role">): readonly Role[] {
	const mayTouch = mayGive(mine);
	return mayTouch.includes(member.role) ? mayTouch : [];
}

/** Owners first, then by role, then by name. */
export function byRole(a: Member, b: Member): number {
	return roles.indexOf(a.role) - roles.indexOf(b.role) || a.name.localeCompare(b.name);
}

export function roleOptions(choices: readonly Role[]): { value: Role; label: string }[] {
	return choices.map((value) => ({ value, label: common.role(value) }));
}

/** For choices made once, where there is room to say what a role is. */
export function explainedOptions(choices: readonly Role[]): { value: Role; label: string }[] {
	return choices.map((value) => ({ value, label: `${common.role(value)}: ${members.ability(value)}` }));
}
