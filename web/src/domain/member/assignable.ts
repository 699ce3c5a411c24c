import type { Member } from "boardcast";

/** Those who can be assigned, by name: not the disabled ones, except who is `already`. */
export function assignable(members: readonly Member[], already: readonly string[] = []): Member[] {
	return members
		.filter(({ id, disabled }) => !disabled || already.includes(id))
		.sort((a, b) => a.name.localeCompare(b.name));
}
