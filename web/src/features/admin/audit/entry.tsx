import type { AuditEntry } from "boardcast";
import { ListFilter } from "lucide-preact";
import type { Action } from "../../../platform/actions";
import { exactTime } from "../../../platform/i18n/dates";
import { IconButton } from "../../../ui/button";
import { Menu } from "../../../ui/menu";
import { audit } from "./messages";

/** A person or a thing that the list is narrowed to, and what it is called. */
export interface Narrowed {
	id: string;
	name: string;
}

interface Props {
	entry: AuditEntry;
	onActor: (person: Narrowed) => void;
	onTarget: (thing: Narrowed) => void;
}

/** One entry of the audit log, with what narrows the list to its like. */
export function Entry({ entry, onActor, onTarget }: Props) {
	const { number, at, act, actor_name, via, address } = entry;
	const who = actor_name ?? (address ? audit.someone : audit.server);
	const actions = actionsOf(entry, onActor, onTarget);
	const notes = [via && audit.via(via), aboutOf(entry), address].filter(Boolean);
	const more = detailsOf(entry.details);
	return (
		<li class="row audit-entry">
			<div class="row-words">
				<p class="row-title">{audit.actOf(act)}</p>
				<p class="row-note">
					<bdi>{who}</bdi> · <time dateTime={at}>{exactTime(at)}</time>
					{notes.length > 0 && ` · ${notes.join(" · ")}`}
				</p>
				{entry.project_id && <p class="row-note admin-id">{audit.inProject(entry.project_id)}</p>}
				{more && <p class="row-note audit-details">{more}</p>}
			</div>
			{actions.length > 0 ? (
				<Menu
					label={audit.actions(number)}
					actions={[actions]}
					trigger={(props) => <IconButton icon={ListFilter} label={audit.actions(number)} {...props} />}
				/>
			) : (
				<span class="row-gap" />
			)}
		</li>
	);
}

/** What it is about, unless that is the actor or the project. */
function aboutOf({ target_kind, target_id, target_name, actor_id }: AuditEntry): string | undefined {
	if (target_name) return audit.about(target_name);
	if (!target_kind || !target_id || target_kind === "project" || target_id === actor_id) return undefined;
	return audit.aboutKind(target_kind, target_id);
}

function actionsOf(entry: AuditEntry, onActor: Props["onActor"], onTarget: Props["onTarget"]): Action[] {
	const { actor_id, actor_name, target_id, target_name, project_id } = entry;
	const group = () => audit.title;
	const actions: Action[] = [];
	if (actor_id) {
		const name = actor_name ?? actor_id;
		actions.push({
			id: "audit.actor",
			label: () => audit.onlyBy(name),
			group,
			run: () => onActor({ id: actor_id, name }),
		});
	}
	if (target_id && target_id !== project_id) {
		const name = target_name ?? target_id;
		actions.push({
			id: "audit.target",
			label: () => audit.onlyAbout,
			group,
			run: () => onTarget({ id: target_id, name }),
		});
	}
	if (project_id) {
		const name = audit.inProject(project_id);
		actions.push({
			id: "audit.project",
			label: () => audit.onlyIn,
			group,
			run: () => onTarget({ id: project_id, name }),
		});
	}
	return actions;
}

/** The rest as words: "from: viewer, to: editor". */
function detailsOf(details: Record<string, unknown>): string {
	// What a setting was is told where it changed.
	const told = Object.entries(details).filter(([name]) => name !== "values");
	return told
		.map(([name, value]) => `${audit.detailOf(name)}: ${name === "changed" ? sayChanged(value) : say(value)}`)
		.join(", ");
}

/** Of a setting that changed: what it was and what it is. */
interface Changed {
	from: unknown;
	to: unknown;
}

function say(value: unknown): string {
	if (typeof value === "boolean") return value ? audit.yes : audit.no;
	if (Array.isArray(value)) return value.map(say).join(" ");
	if (value === null) return audit.nothing;
	const text = String(value);
	return isInstant.test(text) ? exactTime(text) : text;
}

const isInstant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function sayChanged(settings: unknown): string {
	const changed = Object.entries(settings as Record<string, Changed>);
	return changed.map(([name, { from, to }]) => audit.changed(name, say(from), say(to))).join("; ");
}
