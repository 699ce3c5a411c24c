import type { Import } from "boardcast";
import { useEffect } from "preact/hooks";
import { api, body } from "../../platform/api";
import { Chip } from "../../ui/chip";
import { PagedList } from "../../ui/paged-list";
import { RelativeTime } from "../../ui/relative-time";
import { useList } from "../../ui/use-list";
import { importing as words } from "./messages";

const most = 50;

/** What one imported, without dry runs. It is read again when the one that is shown changes its state. */
export function Earlier({ shown, state }: { shown: string | undefined; state: string | undefined }) {
	const list = useList<Import>(async (cursor) => {
		const query = { limit: most, ...(cursor ? { cursor } : {}) };
		const page = await body(api.GET("/imports", { params: { query } }));
		return { ...page, items: page.items.filter(({ dry_run }) => !dry_run) };
	}, "imports");
	useEffect(() => {
		if (shown) void list.again();
	}, [shown, state]);
	const isKnown = list.problem !== null || list.more !== undefined || (list.items?.length ?? 0) > 0;
	// Most people import once, and have nothing to look back at then.
	if (!isKnown) return null;
	return (
		<section class="section" aria-labelledby="earlier-title">
			<h2 id="earlier-title">{words.earlier}</h2>
			<PagedList
				list={list}
				label={words.earlier}
				none={<p class="soft">{words.noneYet}</p>}
				line={(one) => (
					<li key={one.id} class="row">
						<div class="row-words">
							<a
								class="row-title"
								href={`/import?id=${one.id}`}
								aria-current={one.id === shown ? "page" : undefined}
								dir="auto"
							>
								{one.file_name}
							</a>
							<p class="row-note">
								{words.formats[one.format]} · <RelativeTime at={one.created_at} />
							</p>
						</div>
						<Chip>{words.states[one.state]}</Chip>
					</li>
				)}
			/>
		</section>
	);
}
