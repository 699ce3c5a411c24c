import { Search } from "lucide-preact";
import { setQuery } from "../../platform/router";
import { Empty } from "../../ui/empty";
import { search } from "./messages";

/** Before anything is asked: what a search understands; each example can be tried. */
export function Hints() {
	return (
		<Empty icon={Search} title={search.begin}>
			<span class="visually-hidden">{search.hints}: </span>
			<span class="search-hints">
				{search.examples.map(([text, meaning]) => (
					<span key={text} class="search-hint">
						<button type="button" class="search-example" onClick={() => setQuery({ q: text })}>
							<code>{text}</code>
						</button>
						<span>{meaning}</span>
					</span>
				))}
			</span>
		</Empty>
	);
}
