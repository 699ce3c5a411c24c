import type { Problem } from "boardcast";
import { useEffect, useRef } from "preact/hooks";
import { common } from "../../platform/i18n/common";
import { day } from "../../platform/i18n/dates";
import { explain, sentence } from "../../platform/i18n/errors";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/field";
import { importing as words } from "./messages";
import type { ImportModel, Refusal } from "./model";
import { type DateOrder, type Question, questionOf } from "./question";
import { Writing } from "./table";

interface Props {
	model: ImportModel;
	refusal: Refusal;
}

export function isQuestion(refusal: Refusal): boolean {
	return "problem" in refusal && questionOf(refusal.problem) !== undefined;
}

/** Why a file was not taken. Where the server only has to be told something of it, that is a question. */
export function Refused({ model, refusal }: Props) {
	const box = useRef<HTMLElement>(null);
	// What was pressed is gone, and the next press answers this.
	useEffect(() => box.current?.focus(), ["text" in refusal ? refusal.text : refusal.problem]);
	const question = "problem" in refusal ? questionOf(refusal.problem) : undefined;
	const problem = "problem" in refusal ? refusal.problem : undefined;
	const ofFile = problem?.field("file");
	const file = model.file.value;
	return (
		<section
			class="import-panel"
			data-tone={question ? undefined : "danger"}
			ref={box}
			tabIndex={-1}
			aria-labelledby="import-refused"
		>
			{question?.about === "date_order" && <AskDates question={question} model={model} />}
			{question?.about === "title" && <AskTitle model={model} />}
			{!question && (
				<div role="alert" class="stack">
					<h2 id="import-refused">{words.refused}</h2>
					<p class="import-reason" dir="auto">
						{"text" in refusal
							? sentence(refusal.text)
							: ofFile
								? sentence(words.ofFile(ofFile))
								: reasonOf(refusal.problem)}
					</p>
				</div>
			)}
			{!question && ofFile && model.head.value && (
				<>
					<p class="soft">{words.perhapsTable}</p>
					<Writing model={model} />
				</>
			)}
			<div class="form-foot">
				{file && problem?.retryable && (
					<Button tone="primary" onClick={() => void model.retry()}>
						{common.retry}
					</Button>
				)}
				{model.checked.value && <Button onClick={() => model.back()}>{words.back}</Button>}
				<Button tone="ghost" onClick={() => model.forget()}>
					{words.startOver}
				</Button>
			</div>
		</section>
	);
}

/** The server knows how much would not have been too much. */
function reasonOf(problem: Problem): string {
	return problem.code === "too_large" && problem.detail ? sentence(problem.detail) : explain(problem);
}

function AskDates({
	question,
	model,
}: {
	question: Extract<Question, { about: "date_order" }>;
	model: ImportModel;
}) {
	const { example, days } = question;
	const shown = (order: DateOrder) => {
		const found = days[order];
		return found && day(found);
	};
	const answer = (date_order: DateOrder) => {
		model.say({ date_order });
		void model.check();
	};
	return (
		<>
			<h2 id="import-refused">{words.dateQuestion(example)}</h2>
			<p class="soft">{words.dateQuestionHint}</p>
			<div class="form-foot import-answers">
				<Button tone="primary" onClick={() => answer("dmy")}>
					{words.dayFirst(shown("dmy"))}
				</Button>
				<Button tone="primary" onClick={() => answer("mdy")}>
					{words.monthFirst(shown("mdy"))}
				</Button>
			</div>
		</>
	);
}

function AskTitle({ model }: { model: ImportModel }) {
	const headers = model.head.value?.headers ?? [];
	const { columns = {} } = model.mapping.value;
	const taken = Object.keys(columns).find((header) => columns[header] === "title") ?? "";
	return (
		<>
			<h2 id="import-refused">{words.titleQuestion}</h2>
			<p class="soft">{words.titleQuestionHint}</p>
			<SelectField
				label={words.titleQuestion}
				bare
				value={taken}
				onPick={(header) => model.say({ columns: { ...columns, [header]: "title" } })}
				options={[
					...(taken === "" ? [{ value: "", label: words.pickColumn }] : []),
					...headers.map((header) => ({ value: header, label: header })),
				]}
			/>
			<Writing model={model} />
		</>
	);
}
