import { UserMinus } from "lucide-preact";
import { Avatar } from "../../components/avatar";
import { IconButton } from "../../components/button";
import { Chip } from "../../components/chip";
import { SelectField } from "../../components/field";
import type { Member, Role } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { members } from "../../lib/messages/members";
import type { ProjectStore } from "../../lib/store/project";
import { setRole } from "./edits";
import { choicesFor, roleOptions } from "./roles";

interface Props {
	store: ProjectStore;
	member: Member;
	/** My own role. */
	mine: Role;
	/** The line is mine. */
	me: boolean;
	onRemove: () => void;
}

export function PersonLine({ store, member, mine, me, onRemove }: Props) {
	const choices = choicesFor(mine, member);
	return (
		<li class="row member" data-pending={store.tables.members.pending(member.id) || undefined}>
			<Avatar id={member.id} name={member.name} size="l" decorative />
			<div class="row-words">
				<p class="row-title truncate">
					{member.name} {me && <span class="soft">({members.you})</span>}
				</p>
				<p class="row-note member-ability">{members.ability(member.role)}</p>
			</div>
			{choices.length > 0 ? (
				<SelectField
					label={members.roleOf(member.name)}
					bare
					value={member.role}
					options={roleOptions(choices)}
					onPick={(role) => setRole(store, member, role as Role)}
				/>
			) : (
				<Chip>{common.role(member.role)}</Chip>
			)}
			{choices.length > 0 && !me ? (
				<IconButton icon={UserMinus} label={members.remove(member.name)} onClick={onRemove} />
			) : (
				<span class="row-gap" />
			)}
		</li>
	);
}
