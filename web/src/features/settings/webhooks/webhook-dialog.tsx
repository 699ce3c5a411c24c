import type { Delivery, Problem, Webhook } from "boardcast";
import { useEffect, useRef, useState } from "preact/hooks";
import {
	deleteWebhook,
	patchWebhook,
	pingWebhook,
	redeliver,
	rotateSecret,
} from "../../../domain/webhook/commands";
import { api, body } from "../../../platform/api";
import { explain } from "../../../platform/i18n/errors";
import { toast } from "../../../platform/toasts";
import { Button } from "../../../ui/button";
import { Confirm } from "../../../ui/confirm";
import { Dialog } from "../../../ui/dialog";
import { PagedList } from "../../../ui/paged-list";
import { RelativeTime } from "../../../ui/relative-time";
import { useList } from "../../../ui/use-list";
import { DeliveryLine } from "./delivery-line";
import { webhooks as words } from "./messages";
import { EditWebhook, Secret } from "./new-webhook";
import { nameOf, stateOf, typesText } from "./state";

/** A test is looked for so often, with such a pause in ms. */
const [looks, pause] = [15, 700];

interface Props {
	project: string;
	webhook: Webhook;
	onChanged: (webhook: Webhook) => void;
	onDeleted: () => void;
	onClose: () => void;
}

/** One webhook: how sending to it goes, its latest attempts, and what can be done with it. */
export function WebhookDialog({ project, webhook, onChanged, onDeleted, onClose }: Props) {
	const { id } = webhook;
	const path = { project, webhook: id };
	const name = nameOf(webhook);
	const isOver = useRef(false);
	useEffect(
		() => () => {
			isOver.current = true;
		},
		[],
	);
	const read = (cursor?: string) =>
		body(
			api.GET("/projects/{project}/webhooks/{webhook}/deliveries", {
				params: { path, query: cursor ? { cursor } : {} },
			}),
		);
	const list = useList<Delivery>(read, id);
	const [asking, setAsking] = useState<"edit" | "rotate" | "delete" | null>(null);
	const [secret, setSecret] = useState<{ secret: string | undefined } | null>(null);
	const [test, setTest] = useState<{ text: string; bad?: boolean; busy?: boolean } | null>(null);
	const close = () => setAsking(null);

	const look = async () => {
		await list.again();
		const now = await body(api.GET("/projects/{project}/webhooks/{webhook}", { params: { path } }));
		if (!isOver.current) onChanged(now);
	};
	const attempt = async (act: () => Promise<unknown>) => {
		try {
			await act();
		} catch (error) {
			toast({ tone: "danger", text: words.couldNot, detail: explain(error as Problem), project });
		}
	};
	const ping = () =>
		attempt(async () => {
			setTest({ text: words.pinging, busy: true });
			try {
				const message = await pingWebhook(project, id);
				const found = await find(message);
				if (isOver.current) return;
				if (!found) setTest({ text: words.pingLate });
				else if (found.error === null) setTest({ text: words.pinged });
				else setTest({ text: words.pingFailed(found.error), bad: true });
				await look();
			} catch (error) {
				setTest(null);
				throw error;
			}
		});
	const find = async (message: string): Promise<Delivery | undefined> => {
		for (let turn = 0; turn < looks && !isOver.current; turn++) {
			await new Promise((resolve) => setTimeout(resolve, pause));
			const found = (await read()).items.find((one) => one.message_id === message);
			if (found) return found;
		}
		return undefined;
	};

	if (secret) return <Secret secret={secret.secret} onClose={() => setSecret(null)} />;
	if (asking === "edit") {
		return <EditWebhook project={project} webhook={webhook} onSaved={onChanged} onClose={close} />;
	}
	if (asking === "rotate") {
		const run = async () => {
			setSecret({ secret: await rotateSecret(project, id) });
			close();
			void attempt(look);
		};
		return (
			<Confirm title={words.rotateTitle} confirm={words.rotateNow} run={run} onClose={close}>
				<p>{words.rotateHint}</p>
			</Confirm>
		);
	}
	if (asking === "delete") {
		const run = async () => {
			await deleteWebhook(project, id);
			toast({ text: words.deleted(name), project });
			onDeleted();
		};
		return (
			<Confirm title={words.deleteTitle(name)} confirm={words.deleteNow} run={run} onClose={close}>
				<p>{words.deleteHint}</p>
			</Confirm>
		);
	}
	const isStopped = !webhook.active || webhook.disabled_at !== null;
	return (
		<Dialog title={name} onClose={onClose} wide>
			<State webhook={webhook} />
			<div class="webhook-acts">
				<Button tone="primary" busy={test?.busy ?? false} onClick={() => void ping()}>
					{words.ping}
				</Button>
				<Button onClick={() => setAsking("edit")}>{words.edit}</Button>
				<Button
					onClick={() =>
						void attempt(async () => onChanged(await patchWebhook(project, id, { active: isStopped })))
					}
				>
					{isStopped ? words.resume : words.pause}
				</Button>
				{webhook.template === "standard" && (
					<Button onClick={() => setAsking("rotate")}>{words.rotate}</Button>
				)}
				<Button tone="ghost" onClick={() => setAsking("delete")}>
					{words.delete}
				</Button>
			</div>
			<p role="status" class={test?.bad ? "webhook-bad" : undefined}>
				{test?.text}
			</p>
			<section class="webhook-deliveries" aria-labelledby="deliveries-title">
				<div class="section-head">
					<h3 id="deliveries-title">{words.deliveries}</h3>
					<Button tone="ghost" onClick={() => void attempt(look)}>
						{words.refresh}
					</Button>
				</div>
				<PagedList
					list={list}
					label={words.deliveries}
					none={<p class="soft">{words.noDeliveries}</p>}
					line={(delivery) => (
						<DeliveryLine
							key={delivery.id}
							delivery={delivery}
							onAgain={(seq) =>
								void attempt(async () => {
									onChanged(await redeliver(project, id, seq));
									toast({ text: words.goesAgain(seq), project });
									setTimeout(() => void (isOver.current || attempt(look)), pause);
								})
							}
						/>
					)}
				/>
			</section>
		</Dialog>
	);
}

function State({ webhook }: { webhook: Webhook }) {
	const { text, bad } = stateOf(webhook);
	const why = webhook.disabled_reason ?? (webhook.failure_count > 0 ? webhook.last_error : null);
	return (
		<div class="webhook-state">
			<p class="webhook-url">{webhook.url}</p>
			<p class="soft">
				{words.templates[webhook.template]} · {typesText(webhook.types)}
			</p>
			<p class={bad ? "webhook-bad" : undefined}>
				<strong>{text}</strong>
				{why && ` · ${why}`}
				{webhook.active && webhook.next_attempt_at && (
					<>
						{" "}
						· {words.next} <RelativeTime at={webhook.next_attempt_at} />
					</>
				)}
			</p>
			{webhook.old_secret_until && (
				<p class="soft">
					{words.oldSecret} <RelativeTime at={webhook.old_secret_until} />
				</p>
			)}
		</div>
	);
}
