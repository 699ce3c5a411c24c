import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { announce } from "../../platform/announce";
import { explain } from "../../platform/i18n/errors";
import { setQuery } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { useActions } from "../../platform/use-actions";
import { Skeleton } from "../../ui/empty";
import { Failed } from "../../ui/failed";
import { modals } from "../../ui/modals";
import { Banner } from "./banner";
import { Controls } from "./controls";
import { backToNow } from "./leave";
import { past as words } from "./messages";
import { Past as Model } from "./model";
import { pastSource } from "./source";
import "./past.css";

interface Props {
	/** The project as it is now. */
	store: ProjectStore;
	/** The moment that the address names: the number of an event, or an instant. */
	at: string;
	/** Shows a view of a project. */
	show: (store: ProjectStore) => ComponentChildren;
}

/** A view of the project as it was: read only, with the way through its history. */
export function Past({ store, at, show }: Props) {
	const past = useMemo(() => new Model(store.id, pastSource(store.id), at), [store]);
	useEffect(() => {
		const follow = () => past.goesOn(store.applied ?? 1);
		follow();
		void past.start();
		const stop = store.onApplied(follow);
		return () => {
			stop();
			past.stop();
		};
	}, [past]);
	useAddress(past, at);
	usePastActions(past);
	const status = past.store.status.value;
	const problem = past.problem.value ?? past.store.problem.value;
	return (
		<div class="past">
			<Banner past={past} />
			<div class="past-view">
				{status === "ready" && show(past.store)}
				{status === "loading" && (
					<div class="page">
						<Skeleton />
					</div>
				)}
				{status === "failed" && problem && (
					<Failed text={explain(problem)} retry={() => past.seek(past.last.peek())} />
				)}
			</div>
			<Controls past={past} live={store} problem={status === "ready" ? past.problem.value : null} />
		</div>
	);
}

/** How long a moment is looked at before the address names it, in ms: browsers allow few changes in a second. */
const settled = 300;

/** The address names the moment, and another address is another moment. */
function useAddress(past: Model, at: string): void {
	const { value: seq } = past.seq;
	const { value: playing } = past.playing;
	useEffect(() => {
		if (seq === undefined || playing || String(seq) === at) return undefined;
		const timer = setTimeout(() => setQuery({ at: String(seq) }), settled);
		return () => clearTimeout(timer);
	}, [seq, playing]);
	useEffect(() => {
		const named = Number(at);
		if (seq === undefined || !Number.isInteger(named) || named === past.seq.peek()) return;
		past.pause();
		void past.seek(named);
	}, [at]);
}

/** Keys that change something on the views: in the past they say why they do not. */
const changing = ["c", "e", "d", "a", "l", "m", "p", "t", "Delete"];

function usePastActions(past: Model): void {
	const isFree = () => modals.peek().length === 0;
	const group = () => words.group;
	useActions(() => [
		...changing.map((shortcut) => ({
			id: `past.refuse_${shortcut}`,
			label: () => words.noChange,
			group,
			shortcut,
			hidden: true,
			enabled: isFree,
			run: () => {
				toast({ text: words.noChange });
				announce(words.noChange);
			},
		})),
		{
			id: "past.leave",
			label: () => words.backToNow,
			group,
			shortcut: "Escape",
			enabled: isFree,
			run: backToNow,
		},
		{
			id: "past.before",
			label: () => words.before,
			group,
			shortcut: ",",
			enabled: isFree,
			run: () => past.step(-1),
		},
		{
			id: "past.next",
			label: () => words.next,
			group,
			shortcut: ".",
			enabled: isFree,
			run: () => past.step(1),
		},
		{
			id: "past.play",
			label: () => (past.playing.peek() ? words.pause : words.play),
			group,
			enabled: isFree,
			run: () => (past.playing.peek() ? past.pause() : void past.play()),
		},
	]);
}
