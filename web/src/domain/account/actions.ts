import type { AdminUser } from "boardcast";
import { KeyRound, ShieldCheck, ShieldOff, UserCheck, UserX } from "lucide-preact";
import type { Action } from "../../platform/actions";
import type { AccountPatch } from "./commands";
import { account as words } from "./messages";

/** What an administrator can do with an account; `ask` asks before it is done, `link` shows a link for a new password. */
export function accountActions(
	account: AdminUser,
	ask: (patch: AccountPatch) => void,
	link: () => void,
): Action[] {
	const group = () => words.group;
	const disabled = account.disabled_at !== null;
	return [
		account.admin
			? {
					id: "account.admin",
					label: () => words.takeAdmin,
					group,
					icon: ShieldOff,
					run: () => ask({ admin: false }),
				}
			: {
					id: "account.admin",
					label: () => words.makeAdmin,
					group,
					icon: ShieldCheck,
					enabled: () => !disabled,
					run: () => ask({ admin: true }),
				},
		{
			id: "account.password-link",
			label: () => words.passwordLink,
			group,
			icon: KeyRound,
			enabled: () => !disabled,
			run: link,
		},
		disabled
			? {
					id: "account.disable",
					label: () => words.enable,
					group,
					icon: UserCheck,
					run: () => ask({ disabled: false }),
				}
			: {
					id: "account.disable",
					label: () => words.disable,
					group,
					icon: UserX,
					danger: true,
					run: () => ask({ disabled: true }),
				},
	];
}
