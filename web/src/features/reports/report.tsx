import { ChartNoAxesColumn, FileDown, ImageDown } from "lucide-preact";
import { useId, useMemo, useState } from "preact/hooks";
import type { ReportKind } from "../../domain/report/read";
import { save } from "../../platform/download";
import { explain } from "../../platform/i18n/errors";
import { go } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { IconButton } from "../../ui/button";
import { Skeleton } from "../../ui/empty";
import { Failed } from "../../ui/failed";
import { Plot } from "../../ui/plot/plot";
import { pngOf } from "../../ui/plot/png";
import { Legend } from "../../ui/plot/tip";
import { csvOf } from "./csv";
import { reports as words } from "./messages";
import type { ReportsModel } from "./model";
import { ReportNumbers } from "./numbers";
import type { Told } from "./told/told";

interface Props {
	kind: ReportKind;
	model: ReportsModel;
}

/** One report: drawn, in a sentence, and as a table. */
export function Report({ kind, model }: Props) {
	const feed = model.feeds[kind];
	const told = model.told(kind);
	const problem = feed.problem.value;
	const id = useId();
	const title = words.titles[kind];
	return (
		<section class="report" aria-labelledby={id} aria-busy={feed.isReading.value} data-kind={kind}>
			<header class="report-head">
				<div>
					<h2 id={id}>{title}</h2>
					<p class="soft">{words.hints[kind]}</p>
				</div>
			</header>
			{problem && <Failed text={explain(problem)} retry={() => feed.refresh()} />}
			{told === undefined && !problem && <Skeleton lines={4} />}
			{told === null && !problem && (
				<div class="report-none">
					<ChartNoAxesColumn size={22} aria-hidden="true" />
					<p>{words.nothing}</p>
					<p class="soft">{words.empty[kind]}</p>
				</div>
			)}
			{feed.found.value?.report.complete === false && <p class="report-trimmed">{words.trimmed}</p>}
			{told && !problem && <Drawn kind={kind} told={told} model={model} />}
		</section>
	);
}

const height = 260;
/** Of a person's line, and around all of them, in px. */
const lineHeight = 34;
const around = 44;

function Drawn({ kind, told, model }: { kind: ReportKind; told: Told; model: ReportsModel }) {
	const [busy, setBusy] = useState(false);
	const title = words.titles[kind];
	// The same picture is not drawn again when only something else of the project has changed.
	const drawn = JSON.stringify(told.picture);
	const picture = useMemo(() => told.picture, [drawn]);
	const tall = picture.lying ? around + lineHeight * Math.max(2, picture.places.length) : height;
	const name = (ending: string) => {
		const { key } = model.store.tables.project.peek(model.store.id) ?? { key: "" };
		const { from, to } = model.feeds[kind].found.peek()?.asked ?? { from: "", to: "" };
		return `${[key, kind, from, to].filter(Boolean).join("-")}.${ending}`;
	};
	const png = async (button: HTMLElement) => {
		setBusy(true);
		const file = await pngOf(picture, title, button, tall);
		setBusy(false);
		if (file) save(file, name("png"));
		else toast({ tone: "danger", text: words.couldNotDraw });
	};
	const csv = () => {
		const text = csvOf(
			told.heads,
			told.rows.map(({ cells }) => cells),
		);
		save(new Blob([text], { type: "text/csv" }), name("csv"));
	};
	return (
		<>
			<div class="report-tools">
				<IconButton
					icon={ImageDown}
					label={words.png(title)}
					busy={busy}
					onClick={(event) => void png(event.currentTarget)}
				/>
				<IconButton icon={FileDown} label={words.csv(title)} onClick={csv} />
			</div>
			<Plot
				picture={picture}
				label={`${title}. ${told.summary}`}
				height={tall}
				onDot={({ href }) => href && go(href)}
			/>
			{picture.shapes.length > 0 && <Legend shapes={picture.shapes} />}
			<p class="report-summary" dir="auto">
				{told.summary}
			</p>
			<ReportNumbers title={title} told={told} />
		</>
	);
}
