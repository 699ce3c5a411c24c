import type { AdminWebhook } from "boardcast";
import { api, body } from "../../../platform/api";
import { Chip } from "../../../ui/chip";
import { PagedList } from "../../../ui/paged-list";
import { RelativeTime } from "../../../ui/relative-time";
import { useList } from "../../../ui/use-list";
import { projects as words } from "./messages";

const tones = { active: "positive", failing: "warning", paused: "neutral", disabled: "danger" } as const;

/** Where events of projects are sent: the host only, as the rest of an address may hold a secret. */
export function WebhooksOfAll() {
	const list = useList<AdminWebhook>((cursor) => {
		const query = { limit: 50, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/webhooks", { params: { query } }));
	}, "");
	if (list.items?.length === 0) return null;
	return (
		<section class="section" aria-labelledby="webhooks-title">
			<h2 id="webhooks-title">{words.webhooks}</h2>
			<PagedList
				list={list}
				label={words.webhooks}
				none={null}
				line={({ id, host, state, failure_count, failing_since, created_at, project_id }) => (
					<li class="row" key={id}>
						<div class="row-words">
							<p class="row-title truncate">{host}</p>
							<p class="row-note">
								{words.made} <RelativeTime at={created_at} />
								{failing_since && (
									<>
										{" "}
										· {words.failing(failure_count)} <RelativeTime at={failing_since} />
									</>
								)}
							</p>
							<p class="row-note admin-id">{words.inProject(project_id)}</p>
						</div>
						<Chip tone={tones[state]}>{words.state[state]}</Chip>
					</li>
				)}
			/>
		</section>
	);
}
