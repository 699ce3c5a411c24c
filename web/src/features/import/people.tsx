import type { ImportReport, User } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { knownPeople } from "../../domain/import/known-people";
import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { Select } from "../../ui/select";
import { importing as words } from "./messages";
import type { ImportModel } from "./model";

interface Props {
	model: ImportModel;
	user: User;
	people: ImportReport["people"];
}

type Known = Awaited<ReturnType<typeof knownPeople>>;
const step = 20;

/** By what the server is told who a person of the file is. */
const keyOf = ({ name, email }: ImportReport["people"][number]) => email ?? name;

/** Who the people of the file are here. */
export function People({ model, user, people }: Props) {
	const [known, setKnown] = useState<Known>([{ id: user.id, name: user.name }]);
	const [most, setMost] = useState(step);
	useEffect(() => {
		let isOver = false;
		void knownPeople(user).then((found) => !isOver && setKnown(found));
		return () => {
			isOver = true;
		};
	}, [user.id]);
	if (people.length === 0) return null;
	const said = model.people.value;
	const pick = (key: string, id: string) => {
		const { [key]: _, ...others } = said;
		model.people.value = id === "" ? others : { ...others, [key]: id };
	};
	const nameOf = (id: string) => known.find((one) => one.id === id)?.name;
	return (
		<section class="section" aria-labelledby="import-people">
			<h2 id="import-people">{words.people}</h2>
			<p class="soft">{words.peopleHint}</p>
			<table class="import-table import-columns">
				<thead>
					<tr>
						<th scope="col">{words.personThere}</th>
						<th scope="col">{words.personHere}</th>
					</tr>
				</thead>
				<tbody>
					{people.slice(0, most).map((person) => {
						const { name, email, matched_user_id: matched } = person;
						const key = keyOf(person);
						const byItself = matched === null ? words.guest : words.byAddress(nameOf(matched) ?? name);
						return (
							<tr key={key}>
								<th scope="row" dir="auto">
									{name}
									{email && <span class="import-address soft">{email}</span>}
								</th>
								<td>
									<Select
										label={words.personIs(name)}
										aria-label={words.personIs(name)}
										value={said[key] ?? ""}
										onPick={(id) => pick(key, id)}
										options={[
											{ value: "", label: byItself },
											...known
												.filter(({ id }) => id !== matched)
												.map(({ id, name: one }) => ({
													value: id,
													label: id === user.id ? words.you(one) : one,
												})),
										]}
									/>
								</td>
							</tr>
						);
					})}
				</tbody>
			</table>
			{people.length > most && <Button onClick={() => setMost(most + step)}>{common.more}</Button>}
		</section>
	);
}
