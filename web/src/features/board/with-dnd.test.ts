import { afterEach, beforeEach, expect, it, vi } from "vitest";

const network = vi.hoisted(() => ({ fails: 0, looked: 0 }));

vi.mock("../../platform/update", () => ({ lookForUpdate: () => void network.looked++ }));
vi.mock("./dnd", () => {
	if (network.fails-- > 0) throw new Error("Failed to fetch dynamically imported module");
	return { combine: () => () => {} };
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks again after a failed download, and all that waited begins", async () => {
	const { withDnd } = await import("./with-dnd");
	network.fails = 2;
	const begun: string[] = [];
	const stopped: string[] = [];
	const part = (name: string) =>
		withDnd(() => {
			begun.push(name);
			return () => void stopped.push(name);
		});
	const ends = ["board", "column", "card"].map(part);
	ends[1]?.();
	await vi.waitFor(() => expect(network.looked).toBe(1));
	part("another card");
	await vi.advanceTimersByTimeAsync(5000);
	await vi.waitFor(() => expect(network.looked).toBe(2));
	expect(begun).toEqual([]);
	await vi.advanceTimersByTimeAsync(5000);
	await vi.waitFor(() => expect(begun).toEqual(["board", "card", "another card"]));
	part("later");
	expect(begun.at(-1)).toBe("later");
	for (const end of ends) end();
	expect(stopped).toEqual(["board", "card"]);
});
