import type { AdminUser } from "@boardcast/client";
import { ShieldCheck, ShieldOff, UserCheck, UserX } from "lucide-preact";
import type { Action } from "../../platform/actions";
import type { AccountPatch } from "./commands";
import { account as words } from "./messages";

/** What an administrator can do with an account; `ask` asks before it is done. */
export function accountActions(account: AdminUser, ask: (patch: AccountPatch) => void): Action[] {
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
