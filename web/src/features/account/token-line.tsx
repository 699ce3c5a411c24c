import type { Token } from "boardcast";
import { KeyRound } from "lucide-preact";
import { now } from "../../platform/clock";
import { Button } from "../../ui/button";
import { RelativeTime } from "../../ui/relative-time";
import { account } from "./messages";

export function TokenLine({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
	const may = token.scopes.map((scope) => account.scope[scope]).join(", ");
	const where = token.project_ids ? account.projectCount(token.project_ids.length) : account.allProjects;
	const over = Date.parse(token.expires_at) < now.value;
	return (
		<li class="row">
			<span class="row-icon">
				<KeyRound size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title truncate" dir="auto">
					{token.name}
				</p>
				<p class="row-note">
					{may} · {where} · {over ? account.expired : account.expires} <RelativeTime at={token.expires_at} />{" "}
					·{" "}
					{token.last_used_at ? (
						<>
							{account.lastUsed} <RelativeTime at={token.last_used_at} />
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
