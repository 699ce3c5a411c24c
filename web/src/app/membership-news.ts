import type { Role, User } from "boardcast";
import { member as memberWords } from "../domain/member/messages";
import type { ProjectStore } from "../live/store/project";
import { toast } from "../platform/toasts";
import { later } from "./later";

/** Says when the user's own role changes, and when a person joins; returns how to stop. */
export function tellMembership(store: ProjectStore, user: Pick<User, "id">): () => void {
	const own = () => store.view.get("members", user.id)?.role;
	const names = () => new Set(store.view.all("members").map(({ id }) => id));
	let role: Role | undefined = own();
	let known = names();
	return store.onApplied((events) => {
		const now = own();
		if (role && now && now !== role) {
			const by = events.findLast(({ changes }) => changes?.members?.some(({ id }) => id === user.id))?.actor;
			const name = memberWords.role(now);
			toast({
				text: by && by.id !== user.id ? later.roleGiven(by.name, name) : later.roleChanged(name),
				detail: later.mayDo(memberWords.ability(now)),
				project: store.id,
			});
		}
		role = now;
		for (const event of events) {
			if (event.type !== "member.added") continue;
			const fresh = (event.changes?.members ?? []).filter(({ id }) => !known.has(id) && id !== user.id);
			// The user who has added a person sees it in the form.
			const told = event.actor?.id === user.id ? [] : fresh;
			for (const { name } of told) if (name) toast({ text: later.joined(name), project: store.id });
		}
		known = names();
	});
}
