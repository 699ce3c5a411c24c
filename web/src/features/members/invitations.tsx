import { Link2, X } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Skeleton } from "../../components/empty";
import { Moment } from "../../components/moment";
import { api, body } from "../../lib/api/client";
import type { Problem } from "../../lib/api/problem";
import type { Invitation, Role } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { explain } from "../../lib/messages/errors";
import { members } from "../../lib/messages/members";
import type { ProjectStore } from "../../lib/store/project";
import { toast } from "../../lib/toasts";
import { Invite } from "./invite";

interface Props {
	store: ProjectStore;
	/** The roles that one may invite to. */
	roles: readonly Role[];
}

/** The links that are out and not used yet. They are not part of the live state: read again after each change. */
export function Invitations({ store, roles }: Props) {
	const [inviting, setInviting] = useState(false);
	const [open, setOpen] = useState<readonly Invitation[] | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | null>(null);
	const path = { project: store.id };
	const load = () =>
		body(api.GET("/projects/{project}/invitations", { params: { path } })).then(
			(list) => {
				setOpen(list.items);
				setProblem(null);
			},
			(error: Problem) => setProblem(error),
		);
	// Somebody who comes in may have used one.
	useEffect(() => void load(), [store.id, store.tables.members.size]);

	const revoke = async ({ id }: Invitation) => {
		try {
			const address = "/projects/{project}/invitations/{invitation}";
			await body(api.DELETE(address, { params: { path: { ...path, invitation: id } } }));
			toast({ text: members.revoked });
		} catch (error) {
			toast({ tone: "danger", text: members.couldNotRevoke, detail: explain(error as Problem) });
		}
		await load();
	};
	return (
		<section class="section" aria-labelledby="invitations-title">
			<div class="section-head">
				<h2 id="invitations-title">{members.invitations}</h2>
				<Button icon={Link2} onClick={() => setInviting(true)}>
					{members.invite}
				</Button>
			</div>
			{problem && <p role="alert">{`${members.couldNotLoadInvitations}. ${explain(problem)}`}</p>}
			{!open && !problem && <Skeleton lines={1} />}
			{open?.length === 0 && <p class="soft">{members.noInvitations}</p>}
			{open && open.length > 0 && (
				<ul class="rows">
					{open.map((one) => (
						<InvitationLine key={one.id} store={store} one={one} onRevoke={() => void revoke(one)} />
					))}
				</ul>
			)}
			{inviting && (
				<Invite
					store={store}
					roles={roles}
					onCreated={() => void load()}
					onClose={() => setInviting(false)}
				/>
			)}
		</section>
	);
}

function InvitationLine({
	store,
	one,
	onRevoke,
}: {
	store: ProjectStore;
	one: Invitation;
	onRevoke: () => void;
}) {
	const by = store.tables.members.get(one.created_by)?.name;
	const who = one.email ? members.inviteFor_(one.email) : members.anybody;
	return (
		<li class="row">
			<span class="row-icon">
				<Link2 size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title">{who}</p>
				<p class="row-note">
					{common.role(one.role)} {by && `· ${members.invitedBy(by)}`} · {members.expires}{" "}
					<Moment at={one.expires_at} />
				</p>
			</div>
			<Button tone="ghost" icon={X} aria-label={members.revokeOf(who)} onClick={onRevoke}>
				{members.revoke}
			</Button>
		</li>
	);
}
