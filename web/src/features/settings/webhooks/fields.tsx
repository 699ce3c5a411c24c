import { limits, type Webhook } from "boardcast";
import { useState } from "preact/hooks";
import type { WebhookFields } from "../../../domain/webhook/commands";
import { Checkbox, SelectField, TextField } from "../../../ui/field";
import { Segmented } from "../../../ui/segmented";
import type { FormState } from "../../../ui/use-form";
import { webhooks as words } from "./messages";
import { allOf, type EventType, everything, isWhole, nouns } from "./state";

const templates = Object.keys(words.templates) as Webhook["template"][];

/** What is typed and chosen of a webhook. */
export function useFields(from?: Webhook) {
	const [name, setName] = useState(from?.name ?? "");
	const [url, setUrl] = useState(from?.url ?? "");
	const [template, setTemplate] = useState<Webhook["template"]>(from?.template ?? "standard");
	const [all, setAll] = useState(from?.types.includes(everything) ?? true);
	const [chosen, setChosen] = useState<readonly EventType[]>(
		from?.types.filter((type) => type !== everything) ?? [],
	);
	const given: WebhookFields = {
		name: name.trim() || null,
		url: url.trim(),
		types: all ? [everything] : [...chosen],
		template,
	};
	const isReady = all || chosen.length > 0;
	return {
		name,
		setName,
		url,
		setUrl,
		template,
		setTemplate,
		all,
		setAll,
		chosen,
		setChosen,
		given,
		isReady,
	};
}

export function Fields({ form, fields }: { form: FormState; fields: ReturnType<typeof useFields> }) {
	const { chosen, setChosen } = fields;
	// A program may have chosen single types: they stay until a person takes them away.
	const single = chosen.filter((type) => !isWhole(type));
	const options = [...nouns.map((noun) => ({ type: allOf(noun), label: words.nouns[noun] }))];
	const others = single.map((type) => ({ type, label: type }));
	return (
		<>
			<TextField
				label={words.url}
				hint={words.urlHint}
				type="url"
				required
				autofocus
				maxLength={limits.NewWebhook.url.maxLength}
				value={fields.url}
				onText={fields.setUrl}
				error={form.error("url")}
			/>
			<SelectField
				label={words.template}
				hint={words.templateHints[fields.template]}
				value={fields.template}
				options={templates.map((value) => ({ value, label: words.templates[value] }))}
				onPick={(value) => fields.setTemplate(templates.find((one) => one === value) ?? "standard")}
				error={form.error("template")}
			/>
			<div class="webhook-types">
				<Segmented
					label={words.which}
					value={fields.all ? "all" : "some"}
					onPick={(value) => fields.setAll(value === "all")}
					options={[
						{ value: "all", label: words.whichAll },
						{ value: "some", label: words.whichSome },
					]}
				/>
				{!fields.all && (
					<fieldset class="webhook-nouns">
						<legend class="visually-hidden">{words.which}</legend>
						{[...options, ...others].map(({ type, label }) => (
							<Checkbox
								key={type}
								label={label}
								checked={chosen.includes(type)}
								onPick={(on) => setChosen(on ? [...chosen, type] : chosen.filter((other) => other !== type))}
							/>
						))}
						{chosen.length === 0 && <p class="field-hint">{words.whichMissing}</p>}
					</fieldset>
				)}
			</div>
			<TextField
				label={words.name}
				hint={words.nameHint}
				maxLength={limits.NewWebhook.name.maxLength}
				value={fields.name}
				onText={fields.setName}
				error={form.error("name")}
			/>
		</>
	);
}
