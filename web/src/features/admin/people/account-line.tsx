import type { AdminUser } from "boardcast";
import { Ellipsis } from "lucide-preact";
import { accountActions } from "../../../domain/account/actions";
import type { AccountPatch } from "../../../domain/account/commands";
import { Avatar } from "../../../ui/avatar";
import { IconButton } from "../../../ui/button";
import { Chip } from "../../../ui/chip";
import { Menu } from "../../../ui/menu";
import { RelativeTime } from "../../../ui/relative-time";
import { admin } from "../messages";

interface Props {
	account: AdminUser;
	/** The own account has no menu, so that no administrator locks themselves out. */
	me: boolean;
	onChange: (patch: AccountPatch) => void;
	onPasswordLink: () => void;
	onCredentials: () => void;
	onTakeTotp: () => void;
}

export function AccountLine({ account, me, onChange, onPasswordLink, onCredentials, onTakeTotp }: Props) {
	const disabled = account.disabled_at !== null;
	const does = { ask: onChange, link: onPasswordLink, credentials: onCredentials, takeTotp: onTakeTotp };
	const actions = accountActions(account, does).map((action) => [action]);
	return (
		<li class="row">
			<Avatar id={account.id} name={account.name} size="l" decorative />
			<div class="row-words">
				<p class="row-title truncate">
					<bdi>{account.name}</bdi> {me && <span class="soft">({admin.you})</span>}
				</p>
				<p class="row-note">
					{account.email} · {admin.created} <RelativeTime at={account.created_at} />
					{account.totp && <> · {admin.twoStep}</>}
				</p>
			</div>
			{account.admin && <Chip tone="positive">{admin.administrator}</Chip>}
			{disabled && <Chip tone="danger">{admin.disabled}</Chip>}
			{me ? (
				<span class="row-gap" />
			) : (
				<Menu
					label={admin.actions(account.name)}
					actions={actions}
					trigger={(props) => <IconButton icon={Ellipsis} label={admin.actions(account.name)} {...props} />}
				/>
			)}
		</li>
	);
}
