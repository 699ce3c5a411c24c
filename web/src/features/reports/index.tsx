import type { User } from "boardcast";
import { useEffect, useMemo } from "preact/hooks";
import { kinds } from "../../domain/report/read";
import type { ProjectStore } from "../../live/store/project";
import { dayNow } from "../../platform/clock";
import { query } from "../../platform/router";
import { Bar } from "./bar";
import { ReportsModel } from "./model";
import { Report } from "./report";
import { askedOf, readWanted } from "./wanted";
import "./reports.css";

/** What the log of a project says in numbers, drawn and live. */
export function Reports({ store, user }: { store: ProjectStore; user: User }) {
	return <Shown key={store.id} store={store} user={user} />;
}

function Shown({ store, user }: { store: ProjectStore; user: User }) {
	const model = useMemo(() => new ReportsModel(store), [store]);
	useEffect(() => model.start(), [model]);
	const wanted = readWanted(query.value, dayNow.value);
	const asked = JSON.stringify(askedOf(wanted, user.id));
	useEffect(() => model.ask(JSON.parse(asked)), [model, asked]);
	return (
		<div class="page reports">
			<Bar store={store} user={user} wanted={wanted} />
			<div class="reports-all">
				{kinds.map((kind) => (
					<Report key={kind} kind={kind} model={model} />
				))}
			</div>
		</div>
	);
}
