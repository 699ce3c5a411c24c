import { expect, test } from "vitest";
import { headOf } from "./head";

const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, mark: boolean) => {
	const codes = Uint16Array.from([...(mark ? "\ufeff" : ""), ...text].map((sign) => sign.charCodeAt(0)));
	return new Uint8Array(codes.buffer);
};
const western = (text: string) => Uint8Array.from([...text].map((sign) => sign.charCodeAt(0)));
const head = (bytes: Uint8Array, how = {}) => {
	const found = headOf(bytes, how);
	return found && [found.headers, [...found.examples.values()]];
};

const table = 'Title;Größe\r\n"a;b\r\nc";"x""y"\r\n\r\né;ü\r\n';
const read = [
	["Title", "Größe"],
	["a;b\r\nc", 'x"y'],
];

test.each([
	["UTF-8", utf8(table)],
	["UTF-8 with a mark", utf8(`\ufeff${table}`)],
	["Windows-1252", western(table)],
	["UTF-16", utf16(table, true)],
	["UTF-16 without a mark", utf16(table, false)],
])("headers and examples are read in %s", (_, bytes) => {
	expect(head(bytes)).toEqual(read);
});

test.each([
	["a,b,c\n1,2,3\n", ["a", "b", "c"]],
	["a\tb\n1\t2\n", ["a", "b"]],
	["a|b\n1|2\n", ["a", "b"]],
	['"Date: today"\n"Status:\n0 Normal"\nTitle,Content\nx,y\n', ["Title", "Content"]],
	["Labels,Title,Labels,\na,b,c,d\n", ["Labels", "Title"]],
])("%j has the headers %j", (text, headers) => {
	expect(headOf(utf8(text), {})?.headers).toEqual(headers);
});

test("what the person says counts", () => {
	expect(headOf(utf8("a,b;c\n1,2;3\n"), { delimiter: ";" })?.headers).toEqual(["a,b", "c"]);
	expect(headOf(western("Größe,b\n1,2\n"), { encoding: "windows-1252" })?.headers).toEqual(["Größe", "b"]);
});

test("what is no table has no head", () => {
	for (const bytes of [utf8('{"a": 1}'), utf8(" [1]"), utf8("PK\u0003\u0004"), utf8(""), utf8(" \n\n")])
		expect(headOf(bytes, {})).toBeUndefined();
	expect(headOf(utf8("a,b"), { encoding: "no-such-one" })).toBeUndefined();
});
