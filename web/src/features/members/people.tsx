import { LogOut, UserPlus } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import type { Member, User } from "../../lib/api/types";
import { members } from "../../lib/messages/members";
import type { ProjectStore } from "../../lib/store/project";
import { AddPeople } from "./add-people";
import { Invitations } from "./invitations";
import { Leaving } from "./leaving";
import { PersonLine } from "./person";
import { Removal } from "./removal";
import { byRole, mayGive } from "./roles";
import "../../components/rows.css";
import "./members.css";

interface Props {
	store: ProjectStore;
	user: User;
}

/** Who works here, as what, and how more people come in. */
export function People({ store, user }: Props) {
	const [adding, setAdding] = useState(false);
	const [leaving, setLeaving] = useState(false);
	const [removing, setRemoving] = useState<Member | null>(null);
	const people = store.tables.members.all().sort(byRole);
	const mine = store.tables.members.get(user.id)?.role ?? "viewer";
	const given = mayGive(mine);
	return (
		<>
			<section aria-labelledby="members-title">
				<div class="section-head">
					<h2 id="members-title">{members.count(people.length)}</h2>
					{given.length > 0 && (
						<Button icon={UserPlus} onClick={() => setAdding(true)}>
							{members.addPeople}
						</Button>
					)}
				</div>
				<ul class="rows">
					{people.map((member) => (
						<PersonLine
							key={member.id}
							store={store}
							member={member}
							mine={mine}
							me={member.id === user.id}
							onRemove={() => setRemoving(member)}
						/>
					))}
				</ul>
			</section>
			{given.length > 0 && <Invitations store={store} roles={given} />}
			<section class="section-foot">
				<Button tone="danger" icon={LogOut} onClick={() => setLeaving(true)}>
					{members.leave}
				</Button>
			</section>
			{adding && <AddPeople store={store} roles={given} onClose={() => setAdding(false)} />}
			{leaving && <Leaving store={store} user={user} onClose={() => setLeaving(false)} />}
			{removing && <Removal store={store} member={removing} onClose={() => setRemoving(null)} />}
		</>
	);
}
