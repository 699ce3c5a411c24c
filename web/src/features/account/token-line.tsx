import { KeyRound } from "lucide-preact";
import { Button } from "../../components/button";
import { Moment } from "../../components/moment";
import type { Token } from "../../lib/api/types";
import { account } from "../../lib/messages/account";

export function TokenLine({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
	const may = token.scopes.map((scope) => account.scope[scope]).join(", ");
	const where = token.project_ids ? account.projectCount(token.project_ids.length) : account.allProjects;
	const over = Date.parse(token.expires_at) < Date.now();
	return (
		<li class="row">
			<span class="row-icon">
				<KeyRound size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title truncate">{token.name}</p>
				<p class="row-note">
					{may} · {where} · {over ? account.expired : account.expires} <Moment at={token.expires_at} /> ·{" "}
					{token.last_used_at ? (
						<>
							{account.lastUsed} <Moment at={token.last_used_at} />
						</>
					) : (
						account.neverUsed
					)}
				</p>
			</div>
			<Button tone="ghost" aria-label={account.revokeOf(token.name)} onClick={onRevoke}>
				{account.revoke}
			</Button>
		</li>
	);
}
