// What the hooks do without a browser: on a server they ask for nothing, and where no client is given they say so.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { createSSRApp, h } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";
import { createClient } from "./live/client.ts";
import { matches } from "./live/state.ts";
import * as react from "./react.ts";
import * as vue from "./vue.ts";

const server = () => {
	const fetch = vi.fn(async () => new Response("{}"));
	return { fetch, client: createClient({ url: "https://boards.example.org", token: "bc_1", fetch }) };
};

test("React renders on a server, and asks for nothing there", async () => {
	const { fetch, client } = server();
	const Part = () => {
		const { status } = react.useProject("p");
		react.useEvent("p", () => {});
		return createElement(
			"p",
			{},
			status,
			react.useTasks("p", { column: "c1" }).length,
			react.useConnection().state,
		);
	};
	const provider = createElement(react.BoardcastProvider, { client }, createElement(Part));
	expect(renderToString(provider).replaceAll("<!-- -->", "")).toBe("<p>loading0idle</p>");
	await new Promise((next) => setTimeout(next));
	expect(fetch).not.toHaveBeenCalled();
});

test("Vue renders on a server, and asks for nothing there", async () => {
	const { fetch, client } = server();
	const setup = () => {
		const project = vue.useProject(() => "p");
		const tasks = vue.useTasks("p");
		vue.useEvent("p", () => {});
		const state = vue.useConnection();
		return () => h("p", `${project.value.status}${tasks.value.length}${state.value.state}`);
	};
	const app = createSSRApp({ setup }).use(vue.boardcast(client));
	expect(await renderVue(app)).toBe("<p>loading0idle</p>");
	expect(fetch).not.toHaveBeenCalled();
});

test("without a client the hooks say what is missing", async () => {
	const Part = () => createElement("p", {}, react.useConnection().state);
	expect(() => renderToString(createElement(Part))).toThrow(/BoardcastProvider/);
	const app = createSSRApp({ setup: () => void vue.useConnection(), render: () => null });
	app.config.warnHandler = () => {};
	await expect(renderVue(app)).rejects.toThrow(/app\.use/);
});

test.each([
	["task.moved", "*", true],
	["task.moved", "task.*", true],
	["task.moved", "task.moved", true],
	["task.moved_all", "task.moved", false],
	["column.moved", "task.*", false],
])("%s is wanted by %s: %s", (type, pattern, wanted) => {
	expect(matches(type, pattern)).toBe(wanted);
});
