import { day } from "../../platform/i18n/dates";
import { Numbers } from "../../ui/numbers";
import { reports as words } from "./messages";
import type { Cell, Told } from "./told/told";

export function ReportNumbers({ title, told: { heads, rows, linked } }: { title: string; told: Told }) {
	const summary = (
		<>
			{words.table}
			<span class="visually-hidden">: {title}</span>
		</>
	);
	const lines = () =>
		rows.map(({ key, cells, href }) => (
			<tr key={key}>
				{cells.map((cell, at) => {
					const text = shown(cell);
					const content =
						href && at === linked ? (
							<a class="link" href={href}>
								{text}
							</a>
						) : (
							text
						);
					return at === 0 ? (
						<th key={heads[at]} scope="row" dir="auto">
							{content}
						</th>
					) : (
						<td key={heads[at]} dir="auto" data-number={typeof cell === "number" || undefined}>
							{content}
						</td>
					);
				})}
			</tr>
		));
	return (
		<Numbers summary={summary} label={words.tableOf(title)} heads={heads} rows={lines} class="report-table" />
	);
}

function shown(cell: Cell): string {
	if (typeof cell === "number") return cell.toLocaleString();
	return /^\d{4}-\d\d-\d\d$/.test(cell) ? day(cell) : cell;
}
