import type { Webhook } from "boardcast";
import { webhooks as words } from "./messages";

/** What a person calls it: its name, or where it leads. */
export function nameOf({ name, url }: Pick<Webhook, "name" | "url">): string {
	return name ?? URL.parse?.(url)?.host ?? url;
}

/** How sending goes, in a few words; `bad` where a manager should look. */
export function stateOf(webhook: Webhook): { text: string; bad: boolean } {
	if (webhook.disabled_at) return { text: words.stopped, bad: true };
	if (!webhook.active) return { text: words.paused, bad: false };
	if (webhook.failure_count > 0) return { text: words.failing(webhook.failure_count), bad: true };
	return { text: webhook.backlog_count > 0 ? words.behind(webhook.backlog_count) : words.sends, bad: false };
}

type Noun = keyof typeof words.nouns;
export const nouns = Object.keys(words.nouns) as Noun[];
export type EventType = Webhook["types"][number];
export const everything = "*" satisfies EventType;
export const allOf = (noun: Noun) => `${noun}.*` satisfies EventType;

/** What is sent: `Tasks, Comments, task.moved`. */
export function typesText(types: readonly string[]): string {
	if (types.includes(everything)) return words.whichAll;
	return types.map((type) => (isWhole(type) ? words.nouns[type.slice(0, -2) as Noun] : type)).join(", ");
}

/** Whether it stands for all events of a noun that has words. */
export function isWhole(type: string): boolean {
	return type.endsWith(".*") && type.slice(0, -2) in words.nouns;
}
