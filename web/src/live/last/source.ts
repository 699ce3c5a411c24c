import type { Problem, Snapshot, Source } from "boardcast";
import { isUnverified } from "./state";

/** The server cannot be reached, or what stands before it says so. */
const isAway = ({ code, status }: Problem) => code === "offline" || (status >= 502 && status <= 504);

/** The same source; where the server is away, a project that was never read is answered as it was kept. */
export function withLast(source: Source, isRead: (project: string) => boolean): Source {
	return {
		...source,
		snapshot: async (project) => {
			const kept = async (): Promise<Snapshot | undefined> =>
				isRead(project) ? undefined : import("./database").then((m) => m.showBoard(project));
			if (isUnverified.peek()) {
				const known = await kept();
				if (known) return known;
			}
			try {
				return await source.snapshot(project);
			} catch (error) {
				const known = isAway(error as Problem) && (await kept().catch(() => undefined));
				if (known) return known;
				throw error;
			}
		},
	};
}
