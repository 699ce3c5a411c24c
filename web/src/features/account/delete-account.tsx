import { Problem, type Totp } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { deleteMe } from "../../domain/account/commands";
import { signOut } from "../../live/session";
import { api, body } from "../../platform/api";
import { href } from "../../platform/route";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { account } from "./messages";
import { AnyCode, CurrentPassword } from "./proof";

/** The end of the account, for good. */
export function DeleteAccount({ email }: { email: string }) {
	const [asking, setAsking] = useState(false);
	return (
		<section class="section" aria-labelledby="delete-account-title">
			<h2 id="delete-account-title">{account.deleteAccount}</h2>
			<p class="account-intro">{account.deleteAccountHint}</p>
			<Button tone="danger" onClick={() => setAsking(true)}>
				{account.deleteMyAccount}
			</Button>
			{asking && <Question email={email} onClose={() => setAsking(false)} />}
		</section>
	);
}

function Question({ email, onClose }: { email: string; onClose: () => void }) {
	const [password, setPassword] = useState("");
	const [code, setCode] = useState("");
	const [totp, setTotp] = useState<Totp | undefined>(undefined);
	const [owned, setOwned] = useState<Problem["projects"]>([]);
	useEffect(() => {
		// Without an answer the field is left out, and the server says that it is needed.
		void body(api.GET("/me/totp")).then(setTotp, () => {});
	}, []);
	const form = useForm(async () => {
		setOwned([]);
		try {
			await deleteMe(password, totp?.enabled_at ? code.trim() : undefined);
		} catch (error) {
			if (error instanceof Problem) setOwned(error.projects);
			throw error;
		}
		await signOut();
		toast({ text: account.accountDeleted });
	});
	return (
		<FormDialog
			title={account.deleteAccountQuestion}
			form={form}
			submit={account.deleteMyAccount}
			tone="danger"
			onClose={onClose}
		>
			<p>{account.deleteAccountWarning}</p>
			{owned.length > 0 && (
				<ul class="account-owned" aria-label={account.ownedProjects}>
					{owned.map(({ id, key, name }) => (
						<li key={id}>
							<a class="link" href={href({ name: "project", key, view: "members" })}>
								{key} <bdi>{name}</bdi>
							</a>
						</li>
					))}
				</ul>
			)}
			<CurrentPassword form={form} email={email} value={password} onText={setPassword} />
			{totp?.enabled_at && <AnyCode form={form} value={code} onText={setCode} />}
		</FormDialog>
	);
}
