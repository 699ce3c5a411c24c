import type { ImportMapping, ImportReport } from "boardcast";
import { day } from "../../platform/i18n/dates";
import { SelectField } from "../../ui/field";
import { Select } from "../../ui/select";
import { importing as words } from "./messages";
import type { ImportModel } from "./model";

type Columns = NonNullable<ImportMapping["columns"]>;
type Field = Columns[string];

const fields = Object.keys(words.fields) as (keyof typeof words.fields & Field)[];
const encodings = ["", "utf-8", "windows-1252", "utf-16le"] as const;
const orders = ["", "dmy", "mdy"] as const;

/** How the cells are parted and encoded, and which day a date means. */
export function Writing({ model }: { model: ImportModel }) {
	const { delimiter, encoding, date_order } = model.mapping.value;
	return (
		<div class="import-writing">
			<SelectField
				label={words.delimiter}
				value={delimiter ?? ""}
				onPick={(sign) => model.say({ delimiter: sign || null })}
				options={Object.entries(words.delimiters).map(([value, label]) => ({ value, label }))}
			/>
			<SelectField
				label={words.encoding}
				value={encoding ?? ""}
				onPick={(name) => model.say({ encoding: name || null })}
				options={encodings.map((value) => ({ value, label: words.encodings[value] }))}
			/>
			<SelectField
				label={words.dateOrder}
				value={date_order ?? ""}
				onPick={(order) => model.say({ date_order: orders.find((one) => one === order) || null })}
				options={orders.map((value) => ({ value, label: words.dateOrders[value] }))}
			/>
		</div>
	);
}

/** What each column of the table becomes. */
export function Columns({ model }: { model: ImportModel }) {
	const head = model.head.value;
	const { columns = {} } = model.mapping.value;
	if (!head) return null;
	const pick = (header: string, field: string) => {
		const { [header]: _, ...others } = columns;
		const known = fields.find((one) => one === field);
		model.say({ columns: known ? { ...others, [header]: known } : others });
	};
	return (
		<div class="import-scroll">
			<table class="import-table import-columns">
				<caption>{words.columns}</caption>
				<thead>
					<tr>
						<th scope="col">{words.header}</th>
						<th scope="col">{words.example}</th>
						<th scope="col">{words.becomes}</th>
					</tr>
				</thead>
				<tbody>
					{head.headers.map((header) => (
						<tr key={header}>
							<th scope="row" dir="auto">
								{header}
							</th>
							<td class="soft" dir="auto">
								<span class="import-cell">{head.examples.get(header)}</span>
							</td>
							<td>
								<Select
									label={words.columnIs(header)}
									aria-label={words.columnIs(header)}
									value={columns[header] ?? ""}
									onPick={(field) => pick(header, field)}
									options={[
										{ value: "", label: words.asFound },
										...fields.map((value) => ({ value, label: words.fields[value] })),
									]}
								/>
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

const shownFields = [
	"title",
	"column",
	"labels",
	"assignee",
	"start_on",
	"due_on",
	"completed_at",
	"description",
] as const;

/** The first rows, as the server understands them. */
export function Preview({ rows }: { rows: ImportReport["preview"] }) {
	const used = shownFields.filter((field) => rows.some((row) => row[field]));
	if (rows.length === 0 || used.length === 0) return null;
	const text = (field: (typeof shownFields)[number], value = "") =>
		value && field.endsWith("_on") ? day(value) : value;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys
		<section class="import-scroll" tabIndex={0} aria-label={words.preview}>
			<table class="import-table import-preview">
				<caption>{words.preview}</caption>
				<thead>
					<tr>
						{used.map((field) => (
							<th key={field} scope="col">
								{words.fields[field]}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((row, index) => (
						<tr key={index}>
							{used.map((field) => (
								<td key={field} dir="auto">
									<span class="import-cell">{text(field, row[field])}</span>
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
