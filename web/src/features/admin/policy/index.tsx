import type { Policy, Problem } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { patchPolicy } from "../../../domain/policy/commands";
import { api, body } from "../../../platform/api";
import { explain } from "../../../platform/i18n/errors";
import { toast } from "../../../platform/toasts";
import { Button } from "../../../ui/button";
import { Skeleton } from "../../../ui/empty";
import { Failed } from "../../../ui/failed";
import { SelectField } from "../../../ui/field";
import { Form } from "../../../ui/form";
import { FormError } from "../../../ui/form-error";
import { useForm } from "../../../ui/use-form";
import { policy as words } from "./messages";

/** What administrators decide for the whole server. */
export function PolicyForm() {
	const [kept, setKept] = useState<Policy | undefined>(undefined);
	/** Whether the administrator who looks has a second factor. */
	const [isSafe, setSafe] = useState(true);
	const [problem, setProblem] = useState<Problem | null>(null);
	const read = async () => {
		try {
			const [policy, totp] = await Promise.all([body(api.GET("/admin/policy")), body(api.GET("/me/totp"))]);
			setKept(policy);
			setSafe(totp.enabled_at !== null);
			setProblem(null);
		} catch (error) {
			setProblem(error as Problem);
		}
	};
	useEffect(() => void read(), []);
	return (
		<section aria-labelledby="policy-title">
			<h2 id="policy-title">{words.title}</h2>
			<p class="soft admin-hint">{words.hint}</p>
			{problem && <Failed text={explain(problem)} retry={read} />}
			{!kept && !problem && <Skeleton lines={6} />}
			{kept && <Fields kept={kept} isSafe={isSafe} onKept={setKept} />}
		</section>
	);
}

const rights = ["create_projects", "invite_people", "create_tokens"] as const;

const options = <T extends string>(labels: Record<T, string>) =>
	(Object.keys(labels) as T[]).map((value) => ({ value, label: labels[value] }));

interface Props {
	kept: Policy;
	isSafe: boolean;
	onKept: (policy: Policy) => void;
}

function Fields({ kept, isSafe, onKept }: Props) {
	const [wanted, setWanted] = useState<Policy>(kept);
	const names = Object.keys(kept) as (keyof Policy)[];
	const changed = names.filter((name) => wanted[name] !== kept[name]);
	const set = (change: Partial<Policy>) => setWanted({ ...wanted, ...change });
	const isLocked = !isSafe && changed.includes("second_factor") && wanted.second_factor !== "nobody";
	const form = useForm(async () => {
		// What another administrator changed meanwhile stays.
		const next = await patchPolicy(Object.fromEntries(changed.map((name) => [name, wanted[name]])));
		onKept(next);
		setWanted(next);
		toast({ text: words.saved });
	});
	return (
		<Form class="stack policy" onSubmit={form.onSubmit}>
			{rights.map((name) => (
				<SelectField
					key={name}
					label={words.fields[name]}
					hint={words.hints[name]}
					value={wanted[name]}
					options={options(words.allowed)}
					onPick={(value) => set({ [name]: value })}
					error={form.error(name)}
				/>
			))}
			<SelectField
				label={words.fields.second_factor}
				hint={words.hints.second_factor}
				value={wanted.second_factor}
				options={options(words.required)}
				onPick={(value) => set({ second_factor: value as Policy["second_factor"] })}
				error={form.error("second_factor")}
			/>
			{isLocked && (
				<p role="status">
					{words.ownFirst}{" "}
					<a class="link" href="/account">
						{words.toAccount}
					</a>
				</p>
			)}
			<FormError text={form.message} />
			<div class="form-foot">
				<Button type="submit" tone="primary" busy={form.busy} disabled={changed.length === 0 || isLocked}>
					{words.save}
				</Button>
			</div>
		</Form>
	);
}
