import { SearchX } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { setTitle } from "../platform/title";
import { Empty } from "../ui/empty";
import { TopBar } from "../ui/top-bar";
import { later } from "./later";

export function NotFound() {
	useEffect(() => setTitle(later.pageGone), []);
	return (
		<>
			<TopBar title={common.product} />
			<main id="content" class="page" tabIndex={-1}>
				<Empty
					icon={SearchX}
					title={later.pageGone}
					action={
						<a class="link" href="/">
							{common.backToProjects}
						</a>
					}
				/>
			</main>
		</>
	);
}
