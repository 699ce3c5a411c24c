// Presence, behind the first screen: what the person does is told, and who else is there is shown.
import { effect, signal } from "@preact/signals";
import type { ConnectionState } from "boardcast";
import { expectsLoss } from "../../live/lost-projects";
import { allProjects, findProject, openProject } from "../../live/projects";
import { user } from "../../live/session";
import { connection, early, listen } from "../../live/stream";
import { query, route } from "../../platform/router";
import { present } from "../../ui/present";
import { tell, tellAtEnd } from "./commands";
import { CardFaces, Faces } from "./faces";
import { forgetAll, forgetRoom, known, learn, takeIn } from "./people";
import { type Doing, Teller } from "./teller";

/** Fields in which a person changes what others see too. */
const editable = "[data-edits] :is(textarea, input[type='text'], input:not([type]))";

/** Many come and go at once: they are shown together, in ms. */
const together = 50;

/** Returns how to stop. */
export function startPresence(me: string): () => void {
	const stops = [followStream(me), askOtherTabs(me), tellOthers(), show()];
	return () => {
		for (const stop of stops) stop();
		forgetAll();
	};
}

function followStream(me: string): () => void {
	// What came before this part did.
	const waiting = early.splice(0);
	const take = () => takeIn(waiting.splice(0), me);
	take();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const stops = [
		listen("presence", (data) => {
			if (waiting.push(data) === 1) timer = setTimeout(take, together);
		}),
		listen("left", (data) => forgetRoom((data as { project: string }).project)),
		effect(() => {
			if (connection.value.state === "live") return;
			waiting.length = 0;
			forgetAll();
		}),
	];
	return () => {
		clearTimeout(timer);
		for (const stop of stops) stop();
	};
}

type Asked = { kind: "ask" } | { kind: "known"; all: ReturnType<typeof known> };

/** The stream tells who is there when it begins, and tabs share one: a later tab asks the others. */
function askOtherTabs(me: string): () => void {
	if (!globalThis.BroadcastChannel) return () => {};
	let isAsking = true;
	const channel = new BroadcastChannel(`boardcast-presence-${me}`);
	channel.onmessage = ({ data }: MessageEvent<Asked>) => {
		if (data.kind === "known") {
			// The first answer is enough, and others ask too.
			if (isAsking) learn(data.all);
			isAsking = false;
		} else if (known().length > 0) channel.postMessage({ kind: "known", all: known() } satisfies Asked);
	};
	channel.postMessage({ kind: "ask" } satisfies Asked);
	return () => channel.close();
}

function tellOthers(): () => void {
	let isEnding = false;
	const teller = new Teller((what) => {
		// A project that was lost, and a server that is away, are left already.
		const { project } = what;
		const isHere = !expectsLoss(project) && allProjects.peek()?.some(({ id }) => id === project);
		if (!isHere || !reaches(connection.peek().state)) return;
		if (isEnding) tellAtEnd(what);
		else tell(what);
	});
	const editing = signal(false);
	const look = () => {
		editing.value = document.activeElement?.matches(editable) ?? false;
	};
	// The focus is nowhere while it moves.
	const lookSoon = () => setTimeout(look);
	const onVisible = () => teller.show(!document.hidden);
	const onHide = () => {
		isEnding = true;
		teller.leave();
		isEnding = false;
	};
	onVisible();
	// The person may write already.
	look();
	const stop = effect(() => teller.set(doing(editing.value)));
	document.addEventListener("focusin", look);
	document.addEventListener("focusout", lookSoon);
	document.addEventListener("visibilitychange", onVisible);
	addEventListener("pagehide", onHide);
	return () => {
		stop();
		teller.leave();
		document.removeEventListener("focusin", look);
		document.removeEventListener("focusout", lookSoon);
		document.removeEventListener("visibilitychange", onVisible);
		removeEventListener("pagehide", onHide);
	};
}

/** Whether requests arrive. With the last stream of a session its presence ends: it is told again when there is one again. */
const reaches = (state: ConnectionState["state"]) => state === "live" || state === "held_back";

/** What the person does, as far as others may know. */
function doing(editing: boolean): Doing | undefined {
	const now = route.value;
	if (!reaches(connection.value.state) || !user.value?.show_presence || now.name !== "project")
		return undefined;
	const project = findProject(now.key)?.id;
	if (project === undefined) return undefined;
	// Who looks at the past is at no task of the present.
	const number = query.value.has("at") ? undefined : now.task;
	const task = number === undefined ? null : idOf(project, number);
	return { project, task, state: editing && task !== null ? "editing" : "viewing" };
}

/** An archived task is on no board: no other person could come across it there. */
function idOf(project: string, number: number): string | null {
	const { tasks } = openProject(project).tables;
	return tasks.ids.value.find((id) => tasks.peek(id)?.number === number) ?? null;
}

function show(): () => void {
	present.value = { Faces, CardFaces };
	return () => {
		present.value = undefined;
	};
}
