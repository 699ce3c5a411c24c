import type { AdminUser, Problem, Session, Token } from "boardcast";
import { useRef } from "preact/hooks";
import { nameOf } from "../../../domain/account/agent";
import { endSessionOf, revokeTokenOf } from "../../../domain/account/commands";
import { api, body } from "../../../platform/api";
import { explain } from "../../../platform/i18n/errors";
import { toast } from "../../../platform/toasts";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { PagedList } from "../../../ui/paged-list";
import { RelativeTime } from "../../../ui/relative-time";
import { useList } from "../../../ui/use-list";
import { admin } from "../messages";

/** Where a person is signed in, and by which tokens programs act for them. Each can be ended at once. */
export function Credentials({ account, onClose }: { account: AdminUser; onClose: () => void }) {
	const path = { user: account.id };
	const sessions = useList<Session>((cursor) => {
		const query = cursor ? { cursor } : {};
		return body(api.GET("/admin/users/{user}/sessions", { params: { path, query } }));
	}, account.id);
	const tokens = useList<Token>((cursor) => {
		const query = cursor ? { cursor } : {};
		return body(api.GET("/admin/users/{user}/tokens", { params: { path, query } }));
	}, account.id);
	const words = useRef<HTMLParagraphElement>(null);
	const end = async (run: () => Promise<void>, drop: () => void, text: string) => {
		try {
			await run();
			drop();
			toast({ text });
			// The button that was pressed goes with its line.
			words.current?.focus();
		} catch (problem) {
			toast({ tone: "danger", text: admin.couldNotEnd, detail: explain(problem as Problem) });
		}
	};
	return (
		<Dialog title={admin.credentialsOf(account.name)} onClose={onClose} wide>
			<p class="soft" ref={words} tabIndex={-1}>
				{admin.credentialsHint}
			</p>
			<h3 class="admin-part">{admin.sessions}</h3>
			<PagedList
				list={sessions}
				label={admin.sessions}
				none={<p class="soft">{admin.noSessions}</p>}
				line={(session) => (
					<SessionLine
						key={session.id}
						session={session}
						onEnd={() =>
							end(
								() => endSessionOf(account.id, session.id),
								() => sessions.drop(({ id }) => id === session.id),
								admin.endedSession,
							)
						}
					/>
				)}
			/>
			<h3 class="admin-part">{admin.tokens}</h3>
			<PagedList
				list={tokens}
				label={admin.tokens}
				none={<p class="soft">{admin.noTokens}</p>}
				line={(token) => (
					<TokenLine
						key={token.id}
						token={token}
						onRevoke={() =>
							end(
								() => revokeTokenOf(account.id, token.id),
								() => tokens.drop(({ id }) => id === token.id),
								admin.revokedToken(token.name),
							)
						}
					/>
				)}
			/>
		</Dialog>
	);
}

function SessionLine({ session, onEnd }: { session: Session; onEnd: () => Promise<void> }) {
	const name = nameOf(session.user_agent);
	return (
		<li class="row">
			<div class="row-words">
				<p class="row-title truncate" title={session.user_agent}>
					{name} {session.current && <span class="soft">({admin.thisSession})</span>}
				</p>
				<p class="row-note">
					{admin.lastSeen} <RelativeTime at={session.last_seen_at} /> · {admin.signedIn}{" "}
					<RelativeTime at={session.created_at} />
				</p>
			</div>
			<Button tone="ghost" aria-label={admin.endSessionOf(name)} onClick={() => void onEnd()}>
				{admin.endSession}
			</Button>
		</li>
	);
}

function TokenLine({ token, onRevoke }: { token: Token; onRevoke: () => Promise<void> }) {
	return (
		<li class="row">
			<div class="row-words">
				<p class="row-title truncate" dir="auto">
					{token.name}
				</p>
				<p class="row-note">
					{token.scopes.join(", ")} · {admin.expires} <RelativeTime at={token.expires_at} /> ·{" "}
					{token.last_used_at ? (
						<>
							{admin.lastUsed} <RelativeTime at={token.last_used_at} />
						</>
					) : (
						admin.neverUsed
					)}
				</p>
			</div>
			<Button tone="ghost" aria-label={admin.revokeOf(token.name)} onClick={() => void onRevoke()}>
				{admin.revoke}
			</Button>
		</li>
	);
}
