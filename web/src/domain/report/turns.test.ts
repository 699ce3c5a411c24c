import { expect, it } from "vitest";
import { takingTurns } from "./turns";

const settle = () => new Promise((resolve) => setTimeout(resolve));

it("lets two act at a time, in their order, also after one has failed", async () => {
	const begun: number[] = [];
	const ends: ((fail: boolean) => void)[] = [];
	const all = [0, 1, 2, 3, 4].map((turn) =>
		takingTurns(
			() =>
				new Promise<number>((resolve, reject) => {
					begun.push(turn);
					ends[turn] = (fail) => (fail ? reject(new Error("lost")) : resolve(turn));
				}),
		),
	);
	const settled = Promise.allSettled(all);
	await settle();
	expect(begun).toEqual([0, 1]);
	ends[1]?.(true);
	await settle();
	expect(begun).toEqual([0, 1, 2]);
	ends[0]?.(false);
	ends[2]?.(false);
	await settle();
	expect(begun).toEqual([0, 1, 2, 3, 4]);
	ends[3]?.(false);
	ends[4]?.(false);
	expect((await settled).map(({ status }) => status).filter((one) => one === "rejected")).toHaveLength(1);
	await expect(takingTurns(async () => 7)).resolves.toBe(7);
});
