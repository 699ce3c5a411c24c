import type { Invitation, Problem } from "boardcast";
import { Link2, UsersRound, X } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { revokeInvitation } from "../../domain/invitation/commands";
import { member as memberWords } from "../../domain/member/messages";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Skeleton } from "../../ui/empty";
import { RelativeTime } from "../../ui/relative-time";
import { members } from "./messages";

interface Props {
	store: ProjectStore;
	/** Grows with each link that is created here. */
	made: number;
}

/** The open invitation links. They are not part of the live state, so they are read again after each change. */
export function Invitations({ store, made }: Props) {
	const [open, setOpen] = useState<readonly Invitation[] | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | null>(null);
	const path = { project: store.id };
	const load = () =>
		body(api.GET("/projects/{project}/invitations", { params: { path, query: { limit: 200 } } })).then(
			(list) => {
				setOpen(list.items);
				setProblem(null);
			},
			(error: Problem) => setProblem(error),
		);
	// A new member may have used an invitation.
	useEffect(() => void load(), [store.id, store.tables.members.size, made]);

	const revoke = async ({ id }: Invitation) => {
		try {
			await revokeInvitation(store, id);
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
	const single = one.max_uses === 1;
	const who = one.email
		? members.inviteFor_(one.email)
		: single
			? members.anybody
			: members.forUses(one.max_uses);
	const problem =
		one.problem && members.inviteProblem(one.problem, by, one.gives && memberWords.role(one.gives));
	return (
		<li class="row">
			<span class="row-icon">
				{single ? <Link2 size={16} aria-hidden="true" /> : <UsersRound size={16} aria-hidden="true" />}
			</span>
			<div class="row-words">
				<p class="row-title">{who}</p>
				<p class="row-note">
					{memberWords.role(one.role)} {!single && `· ${members.joined(one.use_count, one.max_uses)}`}{" "}
					{by && `· ${members.invitedBy(by)}`} · {members.expires} <RelativeTime at={one.expires_at} />
				</p>
				{one.accounts_only && <p class="row-note">{members.accountsOnly}</p>}
				{problem && <p class="row-note invitation-problem">{problem}</p>}
			</div>
			<Button tone="ghost" icon={X} aria-label={members.revokeOf(who)} onClick={onRevoke}>
				{members.revoke}
			</Button>
		</li>
	);
}
