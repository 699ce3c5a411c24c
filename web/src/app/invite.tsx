import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Skeleton } from "../components/empty";
import { useForm } from "../components/form";
import { Refusal } from "../components/refusal";
import { api, body } from "../lib/api/client";
import type { InvitationPreview } from "../lib/api/types";
import { shell } from "../lib/messages/shell";
import { sign } from "../lib/messages/sign";
import { fragment, go } from "../lib/router";
import { signOut, user } from "../lib/session";
import { addressOf, loadProjects, projects } from "../lib/store/projects";
import { SignCard } from "./sign-card";
import { SignUpForm } from "./sign-up-form";

/** Somebody followed an invitation link: join with this account, or make one. */
export function Invite() {
	const [secret] = useState(() => fragment.peek());
	const [preview, setPreview] = useState<InvitationPreview | null | undefined>(undefined);
	useEffect(() => {
		body(api.POST("/invitations/preview", { body: { secret } })).then(setPreview, () => setPreview(null));
	}, [secret]);
	const accept = useForm(async () => {
		const { project } = await body(api.POST("/invitations/accept", { body: { secret } }));
		await loadProjects();
		go({ name: "project", key: addressOf(project), view: "board" }, { replace: true });
	});
	if (preview === undefined)
		return (
			<SignCard title={sign.accept}>
				<Skeleton />
			</SignCard>
		);
	if (preview === null) {
		const way = user.value
			? { href: "/", words: shell.backToProjects }
			: { href: "/sign-in", words: sign.signIn };
		const below = (
			<a class="link" href={way.href}>
				{way.words}
			</a>
		);
		return <SignCard title={sign.invitationGone} intro={sign.invitationGoneHint} below={below} />;
	}
	// Joining is what brought them: show the project rather than the list of one.
	const arrive = async () => {
		await loadProjects();
		const [first] = projects.peek() ?? [];
		go(first ? { name: "project", key: addressOf(first), view: "board" } : "/", { replace: true });
	};
	return (
		<SignCard
			title={sign.invited(preview.project_name)}
			intro={sign.invitedBy(preview.invited_by, preview.role)}
		>
			{user.value ? (
				<form onSubmit={accept.onSubmit}>
					<Refusal text={accept.refusal} />
					<Button tone="primary" type="submit" busy={accept.busy}>
						{sign.acceptAs(user.value.name)}
					</Button>
					<Button tone="ghost" onClick={() => void signOut(true)}>
						{sign.otherAccount}
					</Button>
				</form>
			) : (
				<>
					<SignUpForm secret={{ invitation: secret }} onDone={() => void arrive()} />
					<p class="soft">
						{sign.haveAccount}{" "}
						<a class="link" href={`/sign-in?next=/invite#${secret}`}>
							{sign.signInToAccept}
						</a>
					</p>
				</>
			)}
		</SignCard>
	);
}
