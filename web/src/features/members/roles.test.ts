import { describe, expect, test } from "vitest";
import { byRole, choicesFor, mayGive } from "./roles";

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
		const member = (name: string, role: "owner" | "editor") => ({ id: name, name, role, version: 1 });
		const sorted = [member("Charlie", "editor"), member("Bob", "editor"), member("Alice", "owner")].sort(
			byRole,
		);
		expect(sorted.map(({ name }) => name)).toEqual(["Alice", "Bob", "Charlie"]);
	});
});
