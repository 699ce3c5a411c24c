import type { FoundTask } from "boardcast";
import { SearchX } from "lucide-preact";
import { idOfHit } from "../../domain/search/hit";
import { addressOf, allProjects } from "../../live/projects";
import { api, body } from "../../platform/api";
import { query, setQuery } from "../../platform/router";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { PagedList } from "../../ui/paged-list";
import { Segmented } from "../../ui/segmented";
import { Select } from "../../ui/select";
import { TopBar } from "../../ui/top-bar";
import { useList } from "../../ui/use-list";
import { Field, fieldId } from "./field";
import { Hints } from "./hints";
import { Line, stepIn } from "./line";
import { search } from "./messages";
import { kinds, queryOf, readWanted, type Wanted } from "./wanted";
import "./search.css";

/** All that fits, by pages. What is asked stands in the address. */
export function Search() {
	const wanted = readWanted(query.value);
	useActions(() => [
		{
			id: "search.field",
			label: () => search.field,
			group: () => search.title,
			shortcut: "/",
			hidden: true,
			run: () => document.getElementById(fieldId)?.focus(),
		},
	]);
	return (
		<>
			<TopBar title={search.title} />
			<main id="content" class="page search" tabIndex={-1}>
				<search class="search-bar">
					<Field value={wanted.text} onText={(text) => setQuery({ q: text || null })} />
					<Filters wanted={wanted} />
				</search>
				{wanted.text ? <Results wanted={wanted} /> : <Hints />}
			</main>
		</>
	);
}

function Filters({ wanted }: { wanted: Wanted }) {
	const projects = (allProjects.value ?? []).map((project) => ({
		value: addressOf(project),
		label: `${project.key} ${project.name}`,
	}));
	return (
		<div class="search-filters">
			<Segmented
				label={search.kind}
				value={wanted.kind}
				onPick={(kind) => setQuery({ kind: kind === "all" ? null : kind })}
				options={kinds.map((value) => ({ value, label: search.kinds[value] }))}
			/>
			<Select
				label={search.project}
				aria-label={search.project}
				value={wanted.project}
				onPick={(project) => setQuery({ project: project || null })}
				options={[{ value: "", label: search.everywhere }, ...projects]}
			/>
		</div>
	);
}

function Results({ wanted }: { wanted: Wanted }) {
	const list = useList(
		(cursor) => body(api.GET("/search", { params: { query: queryOf(wanted, cursor) } })),
		JSON.stringify(queryOf(wanted, undefined)),
	);
	const { items, more, problem } = list;
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: the arrows go from link to link, and each link is a link without them
		<div onKeyDown={stepIn}>
			<p class="search-count soft" role="status">
				{items && items.length > 0 && !problem ? search.found(items.length, more !== undefined) : ""}
			</p>
			<PagedList<FoundTask>
				list={list}
				label={search.results}
				class="rows search-results"
				none={!problem && <Nothing wanted={wanted} />}
				line={(hit) => <Line key={idOfHit(hit)} hit={hit} />}
			/>
		</div>
	);
}

function Nothing({ wanted }: { wanted: Wanted }) {
	const isFiltered = wanted.kind !== "all" || wanted.project !== "";
	const clear = () => setQuery({ kind: null, project: null });
	return (
		<Empty
			icon={SearchX}
			title={search.none}
			action={isFiltered && <Button onClick={clear}>{search.clearFilters}</Button>}
		>
			{isFiltered ? search.noneFiltered : search.noneHint}
		</Empty>
	);
}
