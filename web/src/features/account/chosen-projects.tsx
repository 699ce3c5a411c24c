import { projects } from "../../live/projects";
import { Checkbox } from "../../ui/field";
import { Segmented } from "../../ui/segmented";
import { account } from "./messages";

type Chosen = readonly string[];

/** In which projects something works: in all, or in chosen ones. */
export function ChosenProjects({
	chosen,
	onPick,
}: {
	/** Undefined: all of them. */
	chosen: Chosen | undefined;
	onPick: (chosen: Chosen | undefined) => void;
}) {
	return (
		<div class="account-choice">
			<Segmented
				label={account.reach}
				value={chosen ? "some" : "all"}
				onPick={(reach) => onPick(reach === "some" ? [] : undefined)}
				options={[
					{ value: "all", label: account.reaches.all },
					{ value: "some", label: account.reaches.some },
				]}
			/>
			{chosen && (
				<fieldset class="account-projects">
					<legend class="visually-hidden">{account.reaches.some}</legend>
					{projects.value?.map(({ id, name, key }) => (
						<Checkbox
							key={id}
							label={`${key} ${name}`}
							checked={chosen.includes(id)}
							onPick={(on) => onPick(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
						/>
					))}
					{chosen.length === 0 && <p class="field-hint">{account.projectsMissing}</p>}
				</fieldset>
			)}
		</div>
	);
}
