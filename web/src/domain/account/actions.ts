import type { AdminUser } from "boardcast";
import {
	KeyRound,
	MonitorSmartphone,
	ShieldCheck,
	ShieldOff,
	Smartphone,
	UserCheck,
	UserX,
} from "lucide-preact";
import type { Action } from "../../platform/actions";
import type { AccountPatch } from "./commands";
import { account as words } from "./messages";

interface Does {
	/** Asks before it is done. */
	ask: (patch: AccountPatch) => void;
	/** Shows a link for a new password. */
	link: () => void;
	/** Shows where the person is signed in. */
	credentials: () => void;
	/** Asks before the second factor is taken off. */
	takeTotp: () => void;
}

/** What an administrator can do with an account. */
export function accountActions(account: AdminUser, { ask, link, credentials, takeTotp }: Does): Action[] {
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
		{
			id: "account.credentials",
			label: () => words.credentials,
			group,
			icon: MonitorSmartphone,
			run: credentials,
		},
		...(account.totp
			? [{ id: "account.totp", label: () => words.takeTotp, group, icon: Smartphone, run: takeTotp }]
			: []),
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
