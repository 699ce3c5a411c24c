import type { ImportReport } from "boardcast";
import { sentence } from "../../platform/i18n/errors";
import { importing as words } from "./messages";

type Taken = keyof ImportReport["taken"];
const kinds = Object.keys(words.taken) as (Taken & keyof typeof words.taken)[];

/** Whether anything comes along that is not here yet. */
export function bringsSomething({ taken }: ImportReport): boolean {
	// People are found again each time.
	return kinds.some((kind) => kind !== "people" && taken[kind] > 0);
}

/** What comes along, by kind. */
export function TakenTable({ report, caption }: { report: ImportReport; caption: string }) {
	const shown = kinds.filter((kind) => report.taken[kind] > 0);
	if (shown.length === 0) return <p class="soft">{words.nothingComes}</p>;
	return (
		<table class="import-table import-counts">
			<caption>{caption}</caption>
			<thead>
				<tr>
					<th scope="col">{words.kind}</th>
					<th scope="col">{words.number}</th>
				</tr>
			</thead>
			<tbody>
				{shown.map((kind) => (
					<tr key={kind}>
						<th scope="row">{words.taken[kind]}</th>
						<td>{report.taken[kind].toLocaleString()}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** What stays behind, by the reason. Each reason opens to what it is about. */
export function LeftBehind({ report }: { report: ImportReport }) {
	const byReason = [...Map.groupBy(report.left, ({ why }) => why)].map(([why, left]) => ({
		why,
		left: left.toSorted((a, b) => b.count - a.count),
		count: left.reduce((sum, one) => sum + one.count, 0),
		isPlace: left.every(({ what }) => /[.[]/.test(what)),
	}));
	return (
		<section class="section" aria-labelledby="import-left">
			<h2 id="import-left">{words.stays}</h2>
			{byReason.length === 0 && <p class="soft">{words.nothingStays}</p>}
			{byReason
				// What has a name of its own, such as comments, is missed more than what is named by its place in the file.
				.sort((a, b) => Number(a.isPlace) - Number(b.isPlace) || b.count - a.count)
				.map(({ why, left, count }) => (
					<details key={why} class="import-reasons">
						<summary>{sentence(words.because(why, count))}</summary>
						<div class="import-scroll">
							<table class="import-table">
								<thead>
									<tr>
										<th scope="col">{words.kind}</th>
										<th scope="col">{words.number}</th>
										<th scope="col">{words.examples}</th>
									</tr>
								</thead>
								<tbody>
									{left.map((one) => (
										<tr key={one.what}>
											<th scope="row" class="import-what" dir="auto">
												{one.what}
											</th>
											<td>{one.count.toLocaleString()}</td>
											<td dir="auto">
												<span class="import-cell">{one.examples.join(" · ")}</span>
											</td>
										</tr>
									))}
								</tbody>
							</table>
						</div>
					</details>
				))}
		</section>
	);
}

/** What else one may want to know. */
export function Notes({ notes }: { notes: ImportReport["notes"] }) {
	if (notes.length === 0) return null;
	return (
		<section class="section" aria-labelledby="import-notes">
			<h2 id="import-notes">{words.notes}</h2>
			<ul class="import-notes">
				{notes.map((note) => (
					<li key={note} dir="auto">
						{sentence(note)}
					</li>
				))}
			</ul>
		</section>
	);
}
