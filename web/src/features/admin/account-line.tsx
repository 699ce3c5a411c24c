import { Ellipsis, ShieldCheck, ShieldOff, UserCheck, UserX } from "lucide-preact";
import { Avatar } from "../../components/avatar";
import { IconButton } from "../../components/button";
import { Chip } from "../../components/chip";
import { Menu } from "../../components/menu";
import { Moment } from "../../components/moment";
import type { AdminUser } from "../../lib/api/types";
import { admin } from "../../lib/messages/admin";

interface Props {
	account: AdminUser;
	/** Nobody takes their own rights or their own account: that is how the last administrator gets lost. */
	me: boolean;
	onChange: (patch: { admin: boolean } | { disabled: boolean }) => void;
}

export function AccountLine({ account, me, onChange }: Props) {
	const disabled = account.disabled_at !== null;
	const items = [
		[
			account.admin
				? { label: admin.takeAdmin, icon: ShieldOff, run: () => onChange({ admin: false }) }
				: { label: admin.makeAdmin, icon: ShieldCheck, disabled, run: () => onChange({ admin: true }) },
		],
		[
			disabled
				? { label: admin.enable, icon: UserCheck, run: () => onChange({ disabled: false }) }
				: { label: admin.disable, icon: UserX, danger: true, run: () => onChange({ disabled: true }) },
		],
	];
	return (
		<li class="row">
			<Avatar id={account.id} name={account.name} size="l" decorative />
			<div class="row-words">
				<p class="row-title truncate">
					{account.name} {me && <span class="soft">({admin.you})</span>}
				</p>
				<p class="row-note truncate">
					{account.email} · {admin.since} <Moment at={account.created_at} />
				</p>
			</div>
			{account.admin && <Chip tone="positive">{admin.administrator}</Chip>}
			{disabled && <Chip tone="danger">{admin.disabled}</Chip>}
			{me ? (
				<span class="row-gap" />
			) : (
				<Menu
					label={admin.actions(account.name)}
					items={items}
					trigger={(props) => <IconButton icon={Ellipsis} label={admin.actions(account.name)} {...props} />}
				/>
			)}
		</li>
	);
}
