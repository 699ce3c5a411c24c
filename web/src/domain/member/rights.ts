import type { Member, Role } from "boardcast";
import { member as words } from "./messages";

/** From the highest to the lowest. */
const roles = ["owner", "manager", "editor", "commenter", "viewer"] as const satisfies readonly Role[];

/** The roles that a member may give: owners all, managers those below their own, others none. */
export function mayGive(mine: Role): readonly Role[] {
	if (mine === "owner") return roles;
	return mine === "manager" ? ["editor", "commenter", "viewer"] : [];
}

/** The roles that a member of role `mine` may give to `member`; none when they may not change that member. */
export function choicesFor(mine: Role, member: Pick<Member, "role">): readonly Role[] {
	const mayTouch = mayGive(mine);
	return mayTouch.includes(member.role) ? mayTouch : [];
}

/** Owners first, then by role, then by name. */
export function byRole(a: Member, b: Member): number {
	return roles.indexOf(a.role) - roles.indexOf(b.role) || a.name.localeCompare(b.name);
}

export function roleOptions(choices: readonly Role[]): { value: Role; label: string }[] {
	return choices.map((value) => ({ value, label: words.role(value) }));
}

/** Roles with an explanation, for forms that have room for it. */
export function explainedOptions(choices: readonly Role[]): { value: Role; label: string }[] {
	return choices.map((value) => ({ value, label: `${words.role(value)}: ${words.ability(value)}` }));
}
