import type { Member, Role } from "boardcast";
import { UserMinus } from "lucide-preact";
import { setRole } from "../../domain/member/commands";
import { member as memberWords } from "../../domain/member/messages";
import { choicesFor, roleOptions } from "../../domain/member/rights";
import type { ProjectStore } from "../../live/store/project";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { SelectField } from "../../ui/field";
import { members } from "./messages";

interface Props {
	store: ProjectStore;
	member: Member;
	/** For those who may know it. */
	email: string | undefined;
	/** A person of an imported file who has no account. */
	guest: boolean;
	/** The role of the signed-in user. */
	mine: Role;
	/** The line shows the signed-in user. */
	me: boolean;
	onRemove: () => void;
	onMerge: () => void;
}

export function PersonLine({ store, member, email, guest, mine, me, onRemove, onMerge }: Props) {
	const choices = choicesFor(mine, member);
	return (
		<li class="row member" data-pending={store.tables.members.pending(member.id) || undefined}>
			<Avatar id={member.id} name={member.name} size="l" decorative />
			<div class="row-words">
				<p class="row-title truncate">
					<bdi>{member.name}</bdi> {me && <span class="soft">({members.you})</span>}
				</p>
				{email && (
					<p class="row-note" title={email}>
						<bdi>{email}</bdi>
					</p>
				)}
			</div>
			{guest ? (
				<Chip title={members.guestHint}>{members.guest}</Chip>
			) : (
				member.disabled && <Chip tone="danger">{memberWords.disabled}</Chip>
			)}
			{guest ? (
				<Button tone="ghost" aria-label={members.mergeOf(member.name)} onClick={onMerge}>
					{members.mergeShort}
				</Button>
			) : choices.length > 0 ? (
				<SelectField
					label={members.roleOf(member.name)}
					bare
					title={memberWords.ability(member.role)}
					value={member.role}
					options={roleOptions(choices)}
					onPick={(role) => setRole(store, member, role as Role)}
				/>
			) : (
				<Chip title={memberWords.ability(member.role)}>{memberWords.role(member.role)}</Chip>
			)}
			{choices.length > 0 && !me ? (
				<IconButton icon={UserMinus} label={members.remove(member.name)} onClick={onRemove} />
			) : (
				<span class="row-gap" />
			)}
		</li>
	);
}
