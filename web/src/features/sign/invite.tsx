import { type InvitationPreview, Problem } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { acceptInvitation, previewInvitation } from "../../domain/invitation/commands";
import { addressOf, loadProjects, projects } from "../../live/projects";
import { signOut, user } from "../../live/session";
import { common } from "../../platform/i18n/common";
import { fragment, go } from "../../platform/router";
import { Button } from "../../ui/button";
import { Skeleton } from "../../ui/empty";
import { Form } from "../../ui/form";
import { FormError } from "../../ui/form-error";
import { useForm } from "../../ui/use-form";
import { sign } from "./messages";
import { SignCard } from "./sign-card";
import { SignUpForm } from "./sign-up-form";

/** The page of an invitation link: join with the present account, or create one. */
export function Invite() {
	const [secret] = useState(() => fragment.peek());
	const [preview, setPreview] = useState<InvitationPreview | null | undefined>(undefined);
	useEffect(() => {
		previewInvitation(secret).then(setPreview, () => setPreview(null));
	}, [secret]);
	const accept = useForm(async () => {
		const project = await acceptInvitation(secret).catch((error: unknown) => {
			// It was used up or taken back meanwhile, or it is from before this person left the project.
			if (error instanceof Problem && error.status === 404) setPreview(null);
			throw error;
		});
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
			? { href: "/", words: common.backToProjects }
			: { href: "/sign-in", words: sign.signIn };
		const below = (
			<a class="link" href={way.href}>
				{way.words}
			</a>
		);
		return <SignCard title={sign.invitationGone} intro={sign.invitationGoneHint} below={below} />;
	}
	// The new account has one project: show it instead of the list.
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
				<Form onSubmit={accept.onSubmit}>
					<FormError text={accept.message} />
					<Button tone="primary" type="submit" busy={accept.busy}>
						{sign.acceptAs(user.value.name)}
					</Button>
					<Button tone="ghost" onClick={() => void signOut(true)}>
						{sign.otherAccount}
					</Button>
				</Form>
			) : preview.accounts_only ? (
				<>
					<p>{sign.accountsOnly}</p>
					<a class="button button-primary" href={`/sign-in?next=/invite#${secret}`}>
						{sign.signInToAccept}
					</a>
				</>
			) : (
				<>
					<SignUpForm
						secret={{ invitation: secret }}
						email={preview.email ?? undefined}
						onDone={() => void arrive()}
					/>
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
