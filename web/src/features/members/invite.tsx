import { limits, type Role } from "boardcast";
import { Link2, MailCheck } from "lucide-preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { createInvitation } from "../../domain/invitation/commands";
import { explainedOptions } from "../../domain/member/rights";
import { instance, loadInstance, policy } from "../../live/session";
import type { ProjectStore } from "../../live/store/project";
import { Button } from "../../ui/button";
import { CopyField } from "../../ui/copy-field";
import { Dialog } from "../../ui/dialog";
import { Checkbox, SelectField, TextField } from "../../ui/field";
import { Form } from "../../ui/form";
import { FormError } from "../../ui/form-error";
import { useForm } from "../../ui/use-form";
import { members } from "./messages";
import { PeopleToAdd } from "./people-to-add";

interface Props {
	store: ProjectStore;
	/** The roles that the user may give. */
	roles: readonly Role[];
	/** A link was created. */
	onCreated: () => void;
	onClose: () => void;
}

const days = [1, 7, 30, limits.NewInvitation.expires_in_days.maximum];
/** How many people a link takes; null is any number. */
const counts = [1, 5, 10, 25, 100, null] as const;

/** Brings people into the project: those of the user's other projects at once, others by a link. */
export function Invite({ store, roles, onCreated, onClose }: Props) {
	const [role, setRole] = useState<Role>("editor");
	const [isHalf, setHalf] = useState(false);
	const footer = (
		<Button tone="primary" onClick={onClose}>
			{members.done}
		</Button>
	);
	return (
		<Dialog title={members.inviteTitle} onClose={onClose} footer={footer} guarded={isHalf}>
			<div class="stack">
				<SelectField
					label={members.inviteRole}
					value={role}
					options={explainedOptions(roles)}
					onPick={(value) => setRole(value as Role)}
				/>
				<PeopleToAdd store={store} role={role} />
				<ByLink store={store} role={role} onCreated={onCreated} onHalf={setHalf} />
			</div>
		</Dialog>
	);
}

interface Made {
	url: string;
	/** The role that it gives and how many people it takes, whatever is chosen afterwards. */
	role: Role;
	uses: number | null;
	/** The address that it was mailed to. */
	sentTo?: string;
}

interface ByLinkProps extends Pick<Props, "store" | "onCreated"> {
	role: Role;
	/** Whether an address is typed of which no link was made. */
	onHalf: (isHalf: boolean) => void;
}

/** Creates a link with the chosen role, mails it where the server can, and shows it once. */
function ByLink({ store, role, onCreated, onHalf }: ByLinkProps) {
	const [email, setEmail] = useState("");
	const [uses, setUses] = useState<number | null>(1);
	const [lasts, setLasts] = useState(7);
	const [wantsMail, setWantsMail] = useState(true);
	const [made, setMade] = useState<Made | null>(null);
	useEffect(() => void loadInstance(), []);
	const isHalf = made === null && email.trim() !== "";
	// Before the next key, which may close the dialog.
	useLayoutEffect(() => onHalf(isHalf), [isHalf]);
	const anybody = policy.value?.invite_people !== false;
	const mails = anybody && instance.value?.mail === true;
	// What is for one address takes one person.
	const address = uses === 1 ? email.trim() : "";
	const sends = mails && wantsMail && address !== "";
	const form = useForm(async () => {
		const wanted = { role, max_uses: uses, expires_in_days: lasts, ...(address ? { email: address } : {}) };
		const secret = await createInvitation(store, sends ? { ...wanted, send: true } : wanted);
		// With the address in the browser: behind a proxy the server has another one.
		const url = new URL(`/invite#${secret}`, location.href).href;
		setMade({ url, role, uses, ...(sends ? { sentTo: address } : {}) });
		onCreated();
	});
	return (
		<section class="invite-part" aria-labelledby="invite-link">
			<h3 id="invite-link">{members.byLink}</h3>
			{made ? (
				<>
					{made.sentTo && (
						<p class="invite-sent" role="status">
							<MailCheck size={16} aria-hidden="true" />
							<span>{members.sentTo(made.sentTo)}</span>
						</p>
					)}
					<CopyField
						label={members.link}
						text={made.url}
						hint={made.sentTo ? members.sentHint(made.role) : members.linkHint(made.role, made.uses)}
					/>
					<Button
						tone="ghost"
						onClick={() => {
							setMade(null);
							setEmail("");
						}}
					>
						{members.another}
					</Button>
				</>
			) : (
				<Form class="stack" onSubmit={form.onSubmit}>
					{!anybody && <p class="soft">{members.accountsOnlyHint}</p>}
					<SelectField
						label={members.inviteUses}
						value={String(uses)}
						options={counts.map((count) => ({ value: String(count), label: members.uses(count) }))}
						onPick={(value) => setUses(value === "null" ? null : Number(value))}
						error={form.error("max_uses")}
					/>
					{uses === 1 && (
						<TextField
							label={members.inviteFor}
							hint={mails ? members.inviteForMailHint : members.inviteForHint}
							type="email"
							autocomplete="off"
							maxLength={limits.NewInvitation.email.maxLength}
							value={email}
							onText={setEmail}
							error={form.error("email")}
						/>
					)}
					{mails && address !== "" && (
						<Checkbox label={members.sendIt} checked={wantsMail} onPick={setWantsMail} />
					)}
					<SelectField
						label={members.inviteDays}
						value={String(lasts)}
						options={days.map((count) => ({ value: String(count), label: members.days(count) }))}
						onPick={(value) => setLasts(Number(value))}
						error={form.error("expires_in_days")}
					/>
					<FormError text={form.message} />
					<div class="form-foot">
						<Button type="submit" icon={Link2} busy={form.busy}>
							{sends ? members.createAndSend : members.createLink}
						</Button>
					</div>
				</Form>
			)}
		</section>
	);
}
