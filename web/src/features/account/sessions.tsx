import type { Problem, Session } from "boardcast";
import { Monitor, Smartphone } from "lucide-preact";
import { nameOf, readAgent } from "../../domain/account/agent";
import { endSession } from "../../domain/account/commands";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { PagedList } from "../../ui/paged-list";
import { RelativeTime } from "../../ui/relative-time";
import { useList } from "../../ui/use-list";
import { account } from "./messages";

/** The sessions of the user, the present one first. */
export function Sessions() {
	const list = useList<Session>(
		() => body(api.GET("/me/sessions", { params: { query: { limit: 200 } } })),
		"sessions",
	);
	const items = list.items && [...list.items].sort(byUse);
	const others = items?.filter((session) => !session.current) ?? [];
	const end = async (sessions: readonly Session[], done: string) => {
		try {
			for (const { id } of sessions) {
				await endSession(id);
			}
			toast({ text: done });
		} catch (error) {
			toast({ tone: "danger", text: account.couldNotEnd, detail: explain(error as Problem) });
		}
		await list.again();
	};
	return (
		<section aria-labelledby="sessions-title">
			<div class="section-head">
				<h2 id="sessions-title">{account.sessions}</h2>
				{others.length > 1 && (
					<Button onClick={() => void end(others, account.sessionsEnded(others.length))}>
						{account.endOthers}
					</Button>
				)}
			</div>
			<p class="account-intro">{account.sessionsHint}</p>
			<PagedList
				list={{ ...list, items }}
				label={account.sessions}
				none={null}
				line={(session) => (
					<Line key={session.id} session={session} onEnd={() => void end([session], account.sessionEnded)} />
				)}
			/>
		</section>
	);
}

function Line({ session, onEnd }: { session: Session; onEnd: () => void }) {
	const name = nameOf(session.user_agent);
	const Icon = readAgent(session.user_agent).phone ? Smartphone : Monitor;
	return (
		<li class="row">
			<span class="row-icon">
				<Icon size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title truncate" title={session.user_agent}>
					{name}
				</p>
				<p class="row-note">
					{account.lastSeen} <RelativeTime at={session.last_seen_at} /> · {account.signedIn}{" "}
					<RelativeTime at={session.created_at} />
				</p>
			</div>
			{session.current ? (
				<Chip tone="positive">{account.thisSession}</Chip>
			) : (
				<Button tone="ghost" aria-label={account.endSessionOf(name)} onClick={onEnd}>
					{account.endSession}
				</Button>
			)}
		</li>
	);
}

function byUse(a: Session, b: Session): number {
	return Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at);
}
