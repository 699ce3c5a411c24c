import type { Calendar } from "boardcast";
import { CalendarDays, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { deleteFeed } from "../../domain/feed/commands";
import { perform } from "../../platform/actions";
import { api, body } from "../../platform/api";
import { toast } from "../../platform/toasts";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { PagedList } from "../../ui/paged-list";
import { RelativeTime } from "../../ui/relative-time";
import { useList } from "../../ui/use-list";
import { account } from "./messages";
import { NewCalendar } from "./new-calendar";

const read = (cursor: string | undefined) =>
	body(api.GET("/me/calendars", { params: { query: { ...(cursor ? { cursor } : {}) } } }));

/** The calendars that other programs fetch. */
export function Calendars() {
	const list = useList<Calendar>(read, "calendars");
	const [making, setMaking] = useState(false);
	const [deleting, setDeleting] = useState<Calendar | null>(null);
	useActions(() => [
		{
			id: "feed.create",
			label: () => account.newCalendar,
			group: () => account.calendars,
			run: () => setMaking(true),
		},
	]);
	const create = (
		<Button icon={Plus} tone="primary" onClick={() => perform("feed.create")}>
			{account.newCalendar}
		</Button>
	);
	return (
		<section aria-labelledby="calendars-title">
			<div class="section-head">
				<h2 id="calendars-title">{account.calendars}</h2>
				{list.items && list.items.length > 0 && create}
			</div>
			<p class="account-intro">{account.calendarsHint}</p>
			<PagedList
				list={list}
				label={account.calendars}
				none={
					<Empty icon={CalendarDays} title={account.noCalendars} action={create}>
						{account.noCalendarsHint}
					</Empty>
				}
				line={(calendar) => (
					<Line key={calendar.id} calendar={calendar} onDelete={() => setDeleting(calendar)} />
				)}
			/>
			{making && <NewCalendar onCreated={() => void list.again()} onClose={() => setMaking(false)} />}
			{deleting && (
				<Confirm
					title={account.deleteCalendarQuestion(deleting.name)}
					confirm={account.deleteCalendar}
					onClose={() => setDeleting(null)}
					run={async () => {
						await deleteFeed(deleting.id);
						toast({ text: account.calendarDeleted });
						setDeleting(null);
						await list.again();
					}}
				>
					<p>{account.deleteCalendarHint}</p>
				</Confirm>
			)}
		</section>
	);
}

function Line({ calendar, onDelete }: { calendar: Calendar; onDelete: () => void }) {
	const where = calendar.project_ids
		? account.projectCount(calendar.project_ids.length)
		: account.allProjects;
	return (
		<li class="row">
			<span class="row-icon">
				<CalendarDays size={16} aria-hidden="true" />
			</span>
			<div class="row-words">
				<p class="row-title truncate" dir="auto">
					{calendar.name}
				</p>
				<p class="row-note">
					{where} · {calendar.mine_only && <>{account.mineOnlyNote} · </>}
					{calendar.last_used_at ? (
						<>
							{account.lastFetched} <RelativeTime at={calendar.last_used_at} />
						</>
					) : (
						account.neverFetched
					)}
				</p>
			</div>
			<Button tone="ghost" aria-label={account.deleteCalendarOf(calendar.name)} onClick={onDelete}>
				{account.deleteCalendar}
			</Button>
		</li>
	);
}
