// Files on their way to the server. They go on when the dialog is closed, and are lost with the page.
import { computed, effect, signal } from "@preact/signals";
import { type Attachment, newKey, Problem } from "boardcast";
import { instance, user } from "../../live/session";
import { announce } from "../../platform/announce";
import { explain, sentence } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { sendFile } from "../../platform/upload";
import { attachment as words } from "./messages";
import { sizeText } from "./size";

export interface Upload {
	/** Also its Idempotency-Key. */
	id: string;
	project: string;
	task: string;
	file: File;
	state: "waiting" | "sending" | "failed";
	/** How much of it has arrived, 0 to 1. */
	progress: number;
	/** Why it failed, in words. */
	reason?: string;
	/** It would be refused again. */
	final?: boolean;
}

type Done = (attachment: Attachment | undefined) => void;

/** So many at once: more would only be slower each. */
const atOnce = 2;

const list = signal<readonly Upload[]>([]);
const cancels = new Map<string, () => void>();
const waiters = new Map<string, Done>();

export const uploads = computed(() => list.value);

// Nothing of a person goes on, or is shown, once another one may sit there.
let owner: string | undefined;
effect(() => {
	const now = user.value?.id;
	// The last first: none of those that wait begins.
	if (owner !== undefined && now !== owner) for (const { id } of [...list.peek()].reverse()) dropUpload(id);
	owner = now;
});

/** Begin to upload; `done` gets each file's attachment, or undefined when it is cancelled or given up. */
export function uploadFiles(project: string, task: string, files: readonly File[], done?: Done): Upload[] {
	const limit = instance.peek()?.attachment_limit;
	const added = files.map((file): Upload => {
		const upload = { id: newKey(), project, task, file, progress: 0 };
		if (limit === undefined || file.size <= limit) return { ...upload, state: "waiting" };
		return { ...upload, state: "failed", reason: words.tooLarge(sizeText(limit)), final: true };
	});
	if (done) for (const { id } of added) waiters.set(id, done);
	list.value = [...list.peek(), ...added];
	for (const one of added) if (one.state === "failed") end(one.id, undefined);
	next();
	return added;
}

/** The event of an upload may come before its answer: what is among the files is on its way no more. */
export function arrived(cause: string | null | undefined): void {
	if (list.peek().some(({ id, state }) => id === cause && state === "sending"))
		list.value = list.peek().filter(({ id }) => id !== cause);
}

export function retryUpload(id: string): void {
	change(id, { state: "waiting", progress: 0 });
	next();
}

/** Cancel it, or take a failed one out of sight. */
export function dropUpload(id: string): void {
	cancels.get(id)?.();
	cancels.delete(id);
	list.value = list.peek().filter((one) => one.id !== id);
	end(id, undefined);
	next();
}

function next(): void {
	const sending = list.peek().filter(({ state }) => state === "sending").length;
	const waiting = list.peek().filter(({ state }) => state === "waiting");
	for (const one of waiting.slice(0, Math.max(0, atOnce - sending))) void send(one);
}

async function send({ id, project, task, file }: Upload): Promise<void> {
	change(id, { state: "sending" });
	const path = `/projects/${project}/tasks/${task}/attachments?${new URLSearchParams({ name: file.name })}`;
	const sending = sendFile(path, file, id, (progress) => change(id, { progress }));
	cancels.set(id, sending.cancel);
	try {
		const attachment = (await sending.answer) as Attachment;
		list.value = list.peek().filter((one) => one.id !== id);
		announce(words.uploaded(attachment.name));
		end(id, attachment);
	} catch (error) {
		const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
		fail(id, problem);
	}
	cancels.delete(id);
	next();
}

function fail(id: string, problem: Problem): void {
	const one = list.peek().find((other) => other.id === id);
	if (!one) return;
	const reason = sentence(problem.code === "too_large" && problem.detail ? problem.detail : explain(problem));
	const final = problem.status > 0 && !problem.retryable && problem.status !== 401;
	change(id, { state: "failed", reason, final });
	toast({ tone: "danger", text: words.couldNotUpload(one.file.name), detail: reason, project: one.project });
	if (final) end(id, undefined);
}

function change(id: string, changes: Partial<Upload>): void {
	list.value = list.peek().map((one) => (one.id === id ? { ...one, ...changes } : one));
}

function end(id: string, attachment: Attachment | undefined): void {
	waiters.get(id)?.(attachment);
	waiters.delete(id);
}
