import { useEffect, useState } from "preact/hooks";
import { Confirm } from "../../components/confirm";
import { TextField } from "../../components/field";
import { Listing } from "../../components/listing";
import { TopBar } from "../../components/top-bar";
import { api, body } from "../../lib/api/client";
import type { AdminUser, User } from "../../lib/api/types";
import { admin } from "../../lib/messages/admin";
import { toast } from "../../lib/toasts";
import { useList } from "../../lib/use-list";
import { AccountLine } from "./account-line";
import "./admin.css";

interface Props {
	user: User;
	onMenu: () => void;
}

type Patch = { admin: boolean } | { disabled: boolean };

const typingPause = 250;

/** The accounts of this server. Projects are not here: administrators see only those they are members of. */
export function Admin({ user, onMenu }: Props) {
	const [text, setText] = useState("");
	const wanted = useSettled(text.trim());
	const list = useList<AdminUser>((cursor) => {
		const query = { limit: 50, ...(wanted ? { q: wanted } : {}), ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/users", { params: { query } }));
	}, wanted);
	const [asking, setAsking] = useState<{ account: AdminUser; patch: Patch } | null>(null);
	const change = async (account: AdminUser, patch: Patch) => {
		const params = { path: { user: account.id } };
		const changed = await body(api.PATCH("/admin/users/{user}", { params, body: patch }));
		list.put(({ id }) => id === changed.id, changed);
		toast({ text: outcome(changed, patch) });
		setAsking(null);
	};
	return (
		<>
			<TopBar title={admin.title} onMenu={onMenu} />
			<main id="content" class="page" tabIndex={-1}>
				<section aria-labelledby="accounts-title">
					<div class="section-head">
						<h2 id="accounts-title">{admin.accounts}</h2>
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
					</div>
					<Listing
						list={list}
						label={admin.accounts}
						none={<p class="soft">{admin.none}</p>}
						line={(account) => (
							<AccountLine
								key={account.id}
								account={account}
								me={account.id === user.id}
								onChange={(patch) => setAsking({ account, patch })}
							/>
						)}
					/>
				</section>
			</main>
			{asking && (
				<Question
					{...asking}
					run={() => change(asking.account, asking.patch)}
					onClose={() => setAsking(null)}
				/>
			)}
		</>
	);
}

interface QuestionProps {
	account: AdminUser;
	patch: Patch;
	run: () => Promise<void>;
	onClose: () => void;
}

function Question({ account: { name }, patch, run, onClose }: QuestionProps) {
	const words = question(name, patch);
	return (
		<Confirm title={words.title} confirm={words.confirm} run={run} onClose={onClose}>
			<p>{words.hint}</p>
		</Confirm>
	);
}

function question(name: string, patch: Patch): { title: string; hint: string; confirm: string } {
	if ("admin" in patch) {
		return patch.admin
			? { title: admin.adminQuestion(name), hint: admin.adminHint, confirm: admin.makeAdmin }
			: { title: admin.takeAdminQuestion(name), hint: admin.takeAdminHint(name), confirm: admin.takeAdmin };
	}
	return patch.disabled
		? { title: admin.disableQuestion(name), hint: admin.disableHint(name), confirm: admin.disable }
		: { title: admin.enableQuestion(name), hint: admin.enableHint(name), confirm: admin.enable };
}

function outcome({ name, admin: isAdmin, disabled_at }: AdminUser, patch: Patch): string {
	if ("admin" in patch) return isAdmin ? admin.changed.admin(name) : admin.changed.notAdmin(name);
	return disabled_at ? admin.changed.disabled(name) : admin.changed.enabled(name);
}

/** What was typed, once the typing pauses. */
function useSettled(text: string): string {
	const [settled, setSettled] = useState(text);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(text), typingPause);
		return () => clearTimeout(timer);
	}, [text]);
	return settled;
}
