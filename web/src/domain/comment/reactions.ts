import type { Reaction } from "boardcast";

/** The ones to pick from; others that people have used from elsewhere are shown and can be joined. */
export const choices = ["👍", "👎", "😄", "🎉", "😕", "❤️", "🚀", "👀"] as const;

/** The reactions once a person has reacted with an emoji, or taken that back. Their order stays. */
export function reacted(before: readonly Reaction[], user: string, emoji: string, on: boolean): Reaction[] {
	const known = before.some((one) => one.emoji === emoji);
	const all = known || !on ? before : [...before, { emoji, user_ids: [] }];
	return all
		.map((one) => {
			if (one.emoji !== emoji) return one;
			const others = one.user_ids.filter((id) => id !== user);
			return { emoji, user_ids: on ? [...others, user] : others };
		})
		.filter((one) => one.user_ids.length > 0);
}
