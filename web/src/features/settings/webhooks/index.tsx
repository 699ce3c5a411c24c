import type { Webhook as Hook } from "boardcast";
import { Plus, Webhook } from "lucide-preact";
import { useState } from "preact/hooks";
import { perform } from "../../../platform/actions";
import { api, body } from "../../../platform/api";
import { useActions } from "../../../platform/use-actions";
import { Button } from "../../../ui/button";
import { Empty } from "../../../ui/empty";
import { PagedList } from "../../../ui/paged-list";
import { useList } from "../../../ui/use-list";
import { settings } from "../messages";
import { webhooks as words } from "./messages";
import { NewWebhook } from "./new-webhook";
import { nameOf, stateOf, typesText } from "./state";
import { WebhookDialog } from "./webhook-dialog";
import "./webhooks.css";

/** Where a project's events are sent. For managers. */
export function Webhooks({ project }: { project: string }) {
	const list = useList<Hook>(
		(cursor) =>
			body(
				api.GET("/projects/{project}/webhooks", {
					params: { path: { project }, query: cursor ? { cursor } : {} },
				}),
			),
		project,
	);
	const [making, setMaking] = useState(false);
	const [shown, setShown] = useState<string | null>(null);
	useActions(() => [
		{
			id: "webhook.create",
			label: () => words.create,
			group: () => settings.group,
			run: () => setMaking(true),
		},
	]);
	const create = (
		<Button icon={Plus} onClick={() => perform("webhook.create")}>
			{words.create}
		</Button>
	);
	const open = list.items?.find(({ id }) => id === shown);
	return (
		<section class="section" aria-labelledby="webhooks-title">
			<div class="section-head">
				<h2 id="webhooks-title">{words.title}</h2>
				{list.items && list.items.length > 0 && create}
			</div>
			<PagedList
				list={list}
				label={words.title}
				none={
					<Empty icon={Webhook} title={words.none} action={create}>
						{words.noneHint}
					</Empty>
				}
				line={(webhook) => <Line key={webhook.id} webhook={webhook} onOpen={() => setShown(webhook.id)} />}
			/>
			{making && (
				<NewWebhook project={project} onMade={() => void list.again()} onClose={() => setMaking(false)} />
			)}
			{open && (
				<WebhookDialog
					key={open.id}
					project={project}
					webhook={open}
					onChanged={(webhook) => list.put(({ id }) => id === webhook.id, webhook)}
					onDeleted={() => {
						setShown(null);
						void list.again();
					}}
					onClose={() => setShown(null)}
				/>
			)}
		</section>
	);
}

function Line({ webhook, onOpen }: { webhook: Hook; onOpen: () => void }) {
	const { text, bad } = stateOf(webhook);
	const name = nameOf(webhook);
	return (
		<li class="row">
			<span class="row-icon">
				<Webhook size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title truncate" dir="auto">
					{name}
				</p>
				<p class="row-note">
					{words.templates[webhook.template]} · {typesText(webhook.types)} ·{" "}
					<span class={bad ? "webhook-bad" : undefined}>{text}</span>
				</p>
			</div>
			<Button tone="ghost" aria-label={words.open(name)} onClick={onOpen}>
				{words.details}
			</Button>
		</li>
	);
}
