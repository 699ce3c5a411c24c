import type { AuditAct, AuditEntry, Day } from "boardcast";
import { Download, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { api, base, body } from "../../../platform/api";
import { Button } from "../../../ui/button";
import { DayField } from "../../../ui/day-field";
import { SelectField } from "../../../ui/field";
import { PagedList } from "../../../ui/paged-list";
import { useList } from "../../../ui/use-list";
import { Entry, type Narrowed } from "./entry";
import { audit } from "./messages";
import "./audit.css";

interface Filter {
	act: AuditAct | "";
	from: Day | null;
	to: Day | null;
	actor: Narrowed | null;
	target: Narrowed | null;
}

const everything: Filter = { act: "", from: null, to: null, actor: null, target: null };

/** What was done on this server: an entry is read, narrowed by, and taken along, and never changed. */
export function Audit() {
	const [filter, setFilter] = useState(everything);
	const query = queryOf(filter);
	const list = useList<AuditEntry>((cursor) => {
		const wanted = { limit: 50, ...query, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/audit", { params: { query: wanted } }));
	}, JSON.stringify(query));
	const narrow = (part: Partial<Filter>) => setFilter((before) => ({ ...before, ...part }));
	const { act, from, to, actor, target } = filter;
	const acts = Object.entries(audit.acts).map(([value, label]) => ({ value, label: label as string }));
	return (
		<section aria-labelledby="audit-title">
			<div class="section-head">
				<h2 id="audit-title">{audit.title}</h2>
				<div class="audit-files">
					<File query={query} format="csv" text={audit.csv} />
					<File query={query} format="ndjson" text={audit.ndjson} />
				</div>
			</div>
			<p class="soft admin-hint">{audit.hint}</p>
			<div class="audit-filter">
				<SelectField
					label={audit.act}
					value={act}
					options={[{ value: "", label: audit.allActs }, ...acts]}
					onPick={(value) => narrow({ act: value as AuditAct | "" })}
				/>
				<DayField label={audit.from} value={from} onPick={(day) => narrow({ from: day })} />
				<DayField label={audit.to} value={to} onPick={(day) => narrow({ to: day })} />
			</div>
			{(actor || target) && (
				<p class="audit-narrowed" role="status">
					{audit.filter}{" "}
					{[actor && audit.byPerson(actor.name), target && audit.ofTarget(target.name)]
						.filter(Boolean)
						.join(", ")}
					<Button icon={X} tone="ghost" onClick={() => narrow({ actor: null, target: null })}>
						{audit.clear}
					</Button>
				</p>
			)}
			<PagedList
				list={list}
				label={audit.title}
				none={<p class="soft">{audit.none}</p>}
				line={(entry) => (
					<Entry
						key={entry.number}
						entry={entry}
						onActor={(person) => narrow({ actor: person })}
						onTarget={(thing) => narrow({ target: thing })}
					/>
				)}
			/>
		</section>
	);
}

type AuditQuery = { act?: AuditAct[]; from?: string; to?: string; actor?: string; target?: string };

/** What the server is asked for. A day is that of the browser, and the last one counts to its end. */
function queryOf({ act, from, to, actor, target }: Filter): AuditQuery {
	return {
		...(act ? { act: [act] } : {}),
		...(from ? { from: midnight(from, 0) } : {}),
		...(to ? { to: midnight(to, 1) } : {}),
		...(actor ? { actor: actor.id } : {}),
		...(target ? { target: target.id } : {}),
	};
}

function midnight(day: Day, later: number): string {
	const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
	return new Date(year, month - 1, date + later).toISOString();
}

/** A plain link: the browser takes the file as it is sent. */
function File({ query, format, text }: { query: AuditQuery; format: "csv" | "ndjson"; text: string }) {
	const words = new URLSearchParams({ format });
	for (const [name, value] of Object.entries(query)) words.set(name, String(value));
	return (
		<a class="button button-plain" href={`${base}/admin/audit?${words}`} download="">
			<Download size={16} aria-hidden="true" />
			{text}
		</a>
	);
}
