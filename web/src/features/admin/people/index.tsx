import type { AdminUser, User } from "boardcast";
import { UserPlus } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { type AccountPatch, patchAccount, takeTotp } from "../../../domain/account/commands";
import { account as words } from "../../../domain/account/messages";
import { perform } from "../../../platform/actions";
import { api, body } from "../../../platform/api";
import { toast } from "../../../platform/toasts";
import { useActions } from "../../../platform/use-actions";
import { Button } from "../../../ui/button";
import { Confirm } from "../../../ui/confirm";
import { TextField } from "../../../ui/field";
import { PagedList } from "../../../ui/paged-list";
import { useList } from "../../../ui/use-list";
import { admin } from "../messages";
import { PasswordQuestion } from "../password-question";
import { AccountLine } from "./account-line";
import { Credentials } from "./credentials";
import { NewAccount } from "./new-account";
import { PasswordLink } from "./password-link";

const typingPause = 250;

/** The accounts of this server. */
export function People({ user }: { user: User }) {
	const [text, setText] = useState("");
	const wanted = useSettled(text.trim());
	const list = useList<AdminUser>((cursor) => {
		const query = { limit: 50, ...(wanted ? { q: wanted } : {}), ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/users", { params: { query } }));
	}, wanted);
	const [asking, setAsking] = useState<{ account: AdminUser; patch: AccountPatch } | null>(null);
	const [forgetful, setForgetful] = useState<AdminUser | null>(null);
	const [locked, setLocked] = useState<AdminUser | null>(null);
	const [shown, setShown] = useState<AdminUser | null>(null);
	const [making, setMaking] = useState(false);
	useActions(() => [
		{
			id: "account.create",
			label: () => words.create,
			group: () => words.group,
			run: () => setMaking(true),
		},
	]);
	const change = async (account: AdminUser, patch: AccountPatch, password?: string) => {
		const changed = await patchAccount(account.id, patch, password);
		list.put(({ id }) => id === changed.id, changed);
		toast({ text: outcome(changed, patch) });
		setAsking(null);
	};
	return (
		<>
			<section aria-labelledby="accounts-title">
				<div class="section-head">
					<h2 id="accounts-title">{admin.accounts}</h2>
					<div class="admin-tools">
						<div class="admin-search">
							<TextField
								label={admin.search}
								placeholder={admin.search}
								bare
								type="search"
								autocomplete="off"
								value={text}
								onText={setText}
							/>
						</div>
						<Button icon={UserPlus} tone="primary" onClick={() => perform("account.create")}>
							{words.create}
						</Button>
					</div>
				</div>
				<PagedList
					list={list}
					label={admin.accounts}
					none={<p class="soft">{admin.none}</p>}
					line={(account) => (
						<AccountLine
							key={account.id}
							account={account}
							me={account.id === user.id}
							onChange={(patch) => setAsking({ account, patch })}
							onPasswordLink={() => setForgetful(account)}
							onCredentials={() => setShown(account)}
							onTakeTotp={() => setLocked(account)}
						/>
					)}
				/>
			</section>
			{making && <NewAccount onMade={() => void list.again()} onClose={() => setMaking(false)} />}
			{shown && <Credentials account={shown} onClose={() => setShown(null)} />}
			{forgetful && (
				<PasswordLink account={forgetful} email={user.email} onClose={() => setForgetful(null)} />
			)}
			{locked && (
				<PasswordQuestion
					title={admin.takeTotpQuestion(locked.name)}
					hint={admin.takeTotpHint(locked.name)}
					confirm={words.takeTotp}
					email={user.email}
					run={async (password) => {
						await takeTotp(locked.id, password);
						list.put(({ id }) => id === locked.id, { ...locked, totp: false });
						toast({ text: admin.tookTotp(locked.name) });
						setLocked(null);
					}}
					onClose={() => setLocked(null)}
				/>
			)}
			{asking && (
				<Question
					{...asking}
					email={user.email}
					run={(password) => change(asking.account, asking.patch, password)}
					onClose={() => setAsking(null)}
				/>
			)}
		</>
	);
}

interface QuestionProps {
	account: AdminUser;
	patch: AccountPatch;
	/** The address of the administrator who asks. */
	email: string;
	run: (password?: string) => Promise<void>;
	onClose: () => void;
}

function Question({ account: { name }, patch, email, run, onClose }: QuestionProps) {
	const text = question(name, patch);
	if ("admin" in patch && patch.admin) {
		return <PasswordQuestion {...text} email={email} run={run} onClose={onClose} />;
	}
	return (
		<Confirm title={text.title} confirm={text.confirm} run={() => run()} onClose={onClose}>
			<p>{text.hint}</p>
		</Confirm>
	);
}

function question(name: string, patch: AccountPatch): { title: string; hint: string; confirm: string } {
	if ("admin" in patch) {
		return patch.admin
			? { title: admin.adminQuestion(name), hint: admin.adminHint, confirm: words.makeAdmin }
			: { title: admin.takeAdminQuestion(name), hint: admin.takeAdminHint(name), confirm: words.takeAdmin };
	}
	return patch.disabled
		? { title: admin.disableQuestion(name), hint: admin.disableHint(name), confirm: words.disable }
		: { title: admin.enableQuestion(name), hint: admin.enableHint(name), confirm: words.enable };
}

function outcome({ name, admin: isAdmin, disabled_at }: AdminUser, patch: AccountPatch): string {
	if ("admin" in patch) return isAdmin ? admin.changed.admin(name) : admin.changed.notAdmin(name);
	return disabled_at ? admin.changed.disabled(name) : admin.changed.enabled(name);
}

/** The typed text, once the typing pauses. */
function useSettled(text: string): string {
	const [settled, setSettled] = useState(text);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(text), typingPause);
		return () => clearTimeout(timer);
	}, [text]);
	return settled;
}
