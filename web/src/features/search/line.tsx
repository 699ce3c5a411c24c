import type { FoundTask } from "boardcast";
import { addressOfHit, iconOfHit, isTitle, Snippet } from "../../domain/search/hit";
import { search as words } from "../../domain/search/messages";
import { addressOf, allProjects } from "../../live/projects";
import { Chip } from "../../ui/chip";
import { fieldId } from "./field";
import { search } from "./messages";

/** What was found, and where: the whole line leads there. */
export function Line({ hit }: { hit: FoundTask }) {
	const project = allProjects.value?.find(({ id }) => id === hit.project_id);
	const Icon = iconOfHit(hit);
	const key = project ? addressOf(project) : hit.project_id;
	return (
		<li class="row search-line" data-over={hit.completed || hit.archived || undefined}>
			<span class="row-icon">
				<Icon size={18} aria-hidden="true" />
			</span>
			<div class="row-words">
				<a class="search-link" href={addressOfHit(hit, key)}>
					<span class="visually-hidden">{words.kinds[hit.kind]}: </span>
					<span class="search-number">{hit.key}</span>{" "}
					<bdi>{isTitle(hit) ? <Snippet parts={hit.snippet} /> : hit.title}</bdi>
				</a>
				{!isTitle(hit) && (
					<p class="search-snippet" dir="auto">
						<Snippet parts={hit.snippet} />
					</p>
				)}
				<p class="row-note search-where">
					<bdi>{project?.name}</bdi>
					{hit.archived ? <Chip>{search.archived}</Chip> : hit.completed && <Chip>{search.done}</Chip>}
				</p>
			</div>
		</li>
	);
}

/** The arrows go from link to link, from the first one back to the field. */
export function stepIn(event: KeyboardEvent): void {
	const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	const links = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>(".search-link")];
	const at = links.indexOf(event.target as HTMLElement);
	if (way === undefined || at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
	event.preventDefault();
	const next = at + way < 0 ? document.getElementById(fieldId) : links[at + way];
	next?.focus();
	next?.scrollIntoView({ block: "nearest" });
}
