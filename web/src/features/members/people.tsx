import type { Member, User } from "boardcast";
import { LogOut, UserPlus } from "lucide-preact";
import { useState } from "preact/hooks";
import { byRole, mayGive } from "../../domain/member/rights";
import { projectRights } from "../../domain/project/rights";
import type { ProjectStore } from "../../live/store/project";
import { perform } from "../../platform/actions";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { Invitations } from "./invitations";
import { Invite } from "./invite";
import { LeaveProject } from "./leave-project";
import { MergeGuest } from "./merge-guest";
import { members } from "./messages";
import { PersonLine } from "./person";
import { RemoveMember } from "./remove-member";
import { useListed } from "./use-listed";
import "../../ui/rows.css";
import "./members.css";

interface Props {
	store: ProjectStore;
	user: User;
}

/** The members with their roles, and the ways to add more. */
export function People({ store, user }: Props) {
	const [inviting, setInviting] = useState(false);
	const [made, setMade] = useState(0);
	const [leaving, setLeaving] = useState(false);
	const [removing, setRemoving] = useState<Member | null>(null);
	const [merging, setMerging] = useState<Member | null>(null);
	const people = store.tables.members.all().sort(byRole);
	const { role: mine } = projectRights(store, user);
	const given = mayGive(mine);
	const listed = useListed(store.id, given.length > 0, people.length);
	const isGuest = (id: string) => listed.get(id)?.guest === true;
	useActions(() => [
		{
			id: "member.invite",
			label: () => members.inviteTitle,
			group: () => members.group,
			enabled: () => given.length > 0,
			run: () => setInviting(true),
		},
		{
			id: "member.leave",
			label: () => members.leave,
			group: () => members.group,
			run: () => setLeaving(true),
		},
	]);
	return (
		<>
			<section aria-labelledby="members-title">
				<div class="section-head">
					<h2 id="members-title">{members.count(people.length)}</h2>
					{given.length > 0 && (
						<Button icon={UserPlus} onClick={() => perform("member.invite")}>
							{members.invite}
						</Button>
					)}
				</div>
				<ul class="rows">
					{people.map((member) => (
						<PersonLine
							key={member.id}
							store={store}
							member={member}
							email={listed.get(member.id)?.email}
							guest={isGuest(member.id)}
							mine={mine}
							me={member.id === user.id}
							onRemove={() => setRemoving(member)}
							onMerge={() => setMerging(member)}
						/>
					))}
				</ul>
			</section>
			{given.length > 0 && <Invitations store={store} made={made} />}
			<section class="section-foot">
				<Button tone="danger" icon={LogOut} onClick={() => perform("member.leave")}>
					{members.leave}
				</Button>
			</section>
			{inviting && (
				<Invite
					store={store}
					roles={given}
					onCreated={() => setMade((count) => count + 1)}
					onClose={() => setInviting(false)}
				/>
			)}
			{leaving && <LeaveProject store={store} user={user} onClose={() => setLeaving(false)} />}
			{merging && (
				<MergeGuest store={store} guest={merging} isGuest={isGuest} onClose={() => setMerging(null)} />
			)}
			{removing && <RemoveMember store={store} member={removing} onClose={() => setRemoving(null)} />}
		</>
	);
}
