import { describe, expect, test } from "vitest";
import { assignable } from "./assignable";
import { byRole, choicesFor, mayGive } from "./rights";

describe("roles", () => {
	test("an owner may choose every role for everybody", () => {
		expect(choicesFor("owner", { role: "owner" })).toHaveLength(5);
	});
	test("a manager changes only people below, to roles below", () => {
		expect(choicesFor("manager", { role: "editor" })).toEqual(["editor", "commenter", "viewer"]);
		expect(choicesFor("manager", { role: "manager" })).toEqual([]);
		expect(choicesFor("manager", { role: "owner" })).toEqual([]);
	});
	test("editors and below choose nothing", () => {
		expect(mayGive("editor")).toEqual([]);
		expect(choicesFor("viewer", { role: "viewer" })).toEqual([]);
	});
	test("the list goes from the most to the least, then by name", () => {
		const member = (name: string, role: "owner" | "editor") => ({
			id: name,
			name,
			role,
			disabled: false,
			version: 1,
		});
		const sorted = [member("Charlie", "editor"), member("Bob", "editor"), member("Alice", "owner")].sort(
			byRole,
		);
		expect(sorted.map(({ name }) => name)).toEqual(["Alice", "Bob", "Charlie"]);
	});
	test("disabled people are offered only where they are assigned already", () => {
		const member = (name: string, disabled: boolean) => ({
			id: name,
			name,
			role: "editor" as const,
			disabled,
			version: 1,
		});
		const all = [member("Charlie", false), member("Bob", true), member("Alice", false)];
		expect(assignable(all).map(({ name }) => name)).toEqual(["Alice", "Charlie"]);
		expect(assignable(all, ["Bob"]).map(({ name }) => name)).toEqual(["Alice", "Bob", "Charlie"]);
	});
});
