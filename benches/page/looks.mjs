// What is measured of a page.
import { signIn } from "./projects.mjs";

/** A phase that takes longer than this many ms is given up. */
const phaseLimit = 60_000;

/** Runs in the page before its own code: marks the first painted card, and keeps every long task. */
function observe() {
	globalThis.longTasks = [];
	new PerformanceObserver((list) => {
		for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
	}).observe({ type: "longtask", buffered: true });
	const seen = new MutationObserver(() => {
		if (!document.querySelector(".card")) return;
		seen.disconnect();
		// After the frame in which it was drawn.
		requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
	});
	seen.observe(document, { subtree: true, childList: true });
}

/** A new page on the board, for a person who was there before: signed in, and nothing is cached. */
export async function openBoard(browser, side, key) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 800 },
		locale: "en-GB",
		timezoneId: "UTC",
	});
	const { cookie } = await signIn(side.server);
	const [name, value] = [cookie.slice(0, cookie.indexOf("=")), cookie.slice(cookie.indexOf("=") + 1)];
	await context.addCookies([{ name, value, url: side.url }]);
	const page = await context.newPage();
	await page.addInitScript(observe);
	await visit(page, side, key);
	await page.goto("about:blank");
	const inspector = await context.newCDPSession(page);
	await inspector.send("Network.clearBrowserCache");
	await visit(page, side, key);
	return page;
}

async function visit(page, side, key) {
	await page.goto(`${side.url}/p/${key}/board`);
	await page.waitForFunction(() => performance.getEntriesByName("painted").length > 0, undefined, {
		polling: 50,
	});
}

/** When the first cards are painted, in ms after the navigation began, and where the time went. */
export async function paint(browser, side, key) {
	const page = await openBoard(browser, side, key);
	await page.waitForTimeout(300);
	const look = await page.evaluate(() => {
		const board = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/board"));
		const painted = performance.getEntriesByName("painted")[0].startTime;
		const long = longTasks.map(({ duration }) => duration);
		const files = performance
			.getEntriesByType("resource")
			.filter(({ name, startTime }) => !name.includes("/api/") && startTime < painted);
		const bytes = files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
		return {
			files: files.length,
			bytes,
			painted,
			asked: board.startTime,
			arrived: board.responseEnd,
			longest: Math.max(0, ...long),
		};
	});
	await page.context().close();
	return look;
}

/** What each look at a task says there, and the next one finds. */
export const typed = "What I want to say to that";

/**
 * A task with many comments, opened from its board: ms from the press to the frame that shows the last comment, until all of
 * them are drawn, and the longest tasks meanwhile and while a person types the next one.
 */
export async function conversation(browser, side, { key, comments, last: ending }) {
	const page = await openBoard(browser, side, key);
	await page.waitForTimeout(2500);
	await page.evaluate(([comments, ending]) => {
		longTasks.length = 0;
		const drawn = () =>
			[...document.querySelectorAll("[data-comment]")].filter((one) => one.textContent !== "").length;
		const last = () => document.querySelector("[data-comment]:last-child")?.textContent.includes(ending);
		const afterFrame = (mark) => requestAnimationFrame(() => setTimeout(() => performance.mark(mark)));
		let marked = false;
		const seen = new MutationObserver(() => {
			if (!marked && last()) {
				marked = true;
				afterFrame("last");
			}
			if (marked && drawn() === comments) {
				seen.disconnect();
				afterFrame("all");
			}
		});
		seen.observe(document, { subtree: true, childList: true });
		const begin = () => performance.mark("pressed");
		document.addEventListener("click", begin, { capture: true, once: true });
	}, [comments, ending]);
	await page.locator(".card-link").first().click();
	await page.waitForFunction(() => performance.getEntriesByName("all").length > 0, undefined, { polling: 100 });
	await page.waitForTimeout(500);
	const longest = () =>
		page.evaluate(() => Math.max(0, ...longTasks.splice(0).map(({ duration }) => duration)));
	const opening = await longest();
	const field = page.getByRole("textbox", { name: "Write a comment" });
	await field.click();
	await page.waitForTimeout(300);
	await longest();
	await field.pressSequentially(`${typed}, in a sentence of some length. @Bo`, { delay: 30 });
	await field.press("Enter");
	await field.press("Control+Enter");
	await page.waitForTimeout(500);
	const typing = await longest();
	// The next run finds it.
	await page.waitForFunction(
		(known) => document.querySelectorAll("[data-comment]:not([data-pending])").length > known,
		comments,
	);
	const [last, all] = await page.evaluate(() => {
		const at = (name) => performance.getEntriesByName(name)[0].startTime;
		return [at("last") - at("pressed"), at("all") - at("pressed")];
	});
	await page.context().close();
	return { last, all, opening, typing };
}

/** The JavaScript heap of the idle board, in MB, after a collection of garbage. */
export async function heap(browser, side, key) {
	const page = await openBoard(browser, side, key);
	await page.waitForTimeout(3000);
	const inspector = await page.context().newCDPSession(page);
	const used = await usedHeap(inspector);
	await page.context().close();
	return used;
}

async function usedHeap(inspector) {
	for (let turn = 0; turn < 3; turn++) await inspector.send("HeapProfiler.collectGarbage");
	return (await inspector.send("Runtime.getHeapUsage")).usedSize / 1e6;
}

/** The longest task of the page's main thread in each phase, in ms: by the clock, and by the processor's time. */
export async function work(browser, side, key, only) {
	const page = await openBoard(browser, side, key);
	await page.waitForTimeout(1500);
	const others = await Others.find(side, key);
	const results = {};
	for (const [name, phase] of Object.entries(phases)) {
		if (only && !name.includes(only)) continue;
		const measured = during(browser, page, () => phase(page, others));
		const result = await within(phaseLimit, measured).catch(({ message }) =>
			console.log(`${side.name}, ${name}: ${message}`),
		);
		results[name] = result ?? { wall: phaseLimit, over: Number.NaN, cpu: Number.NaN };
		// A page that does not come back is of no use for the rest, and the browser records one trace at a time.
		if (!result) {
			await within(5000, browser.stopTracing());
			break;
		}
	}
	await within(5000, page.context().close());
	return results;
}

/** The outcome, or undefined when it takes longer. */
function within(limit, outcome) {
	outcome.catch(() => {});
	return Promise.race([outcome, new Promise((done) => setTimeout(done, limit))]);
}

async function during(browser, page, act) {
	await page.evaluate(() => {
		longTasks.length = 0;
	});
	await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "__metadata"] });
	await act();
	await page.waitForTimeout(300);
	const trace = JSON.parse((await browser.stopTracing()).toString());
	const wall = await page.evaluate(() => longTasks.map(({ duration }) => duration));
	return { wall: Math.max(0, ...wall), over: wall.filter((ms) => ms > 50).length, cpu: longestTask(trace) };
}

/** Processor time of the longest task of the busiest renderer's main thread. */
function longestTask({ traceEvents }) {
	const mains = traceEvents.filter(
		({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
	);
	const longest = mains.map(({ pid, tid }) =>
		traceEvents
			.filter((event) => event.name === "RunTask" && event.pid === pid && event.tid === tid)
			.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0),
	);
	return Math.max(0, ...longest) / 1000;
}

const column = (page, name) => page.getByRole("region", { name: `Column ${name}`, exact: true });

const phases = {
	async "typing in quick add"(page) {
		const todo = column(page, "To do");
		await todo.getByRole("button", { name: "Add a task to To do" }).click();
		const field = todo.getByRole("textbox");
		for (const turn of [1, 2, 3]) {
			await field.pressSequentially(`A task that is typed, number ${turn}`, { delay: 25 });
			await field.press("Enter");
			await page.waitForTimeout(200);
		}
		await field.press("Escape");
	},
	async "typing in the filter"(page) {
		const field = page.getByPlaceholder("Filter tasks");
		await field.pressSequentially("slow importer", { delay: 120 });
		await page.waitForTimeout(500);
		for (let at = 0; at < 13; at++) {
			await field.press("Backspace");
			await page.waitForTimeout(at % 4 === 0 ? 250 : 60);
		}
		await field.press("Escape");
		await page.waitForTimeout(300);
	},
	async "dragging a card"(page) {
		for (const [from, to] of [
			["Backlog", "Doing"],
			["Doing", "To do"],
			["To do", "Backlog"],
		]) {
			const { x, y } = await centre(column(page, from).locator(".card").nth(1));
			const target = await centre(column(page, to).locator(".card").nth(3));
			await page.mouse.move(x, y);
			await page.mouse.down();
			await page.mouse.move(x + 8, y + 8, { steps: 3 });
			await page.mouse.move(target.x, target.y - 10, { steps: 30 });
			await page.waitForTimeout(150);
			await page.mouse.move(target.x, target.y - 12);
			await page.waitForTimeout(50);
			await page.mouse.up();
			await page.waitForTimeout(400);
		}
	},
	async "scrolling a column"(page) {
		const list = column(page, "To do").locator(".column-cards");
		await scroll(list, [
			...times(20, 120),
			...times(20, 300),
			...times(20, 900),
			...times(10, 5000),
			...times(10, -1e6),
		]);
	},
	async "scrolling the board"(page) {
		const board = page.locator(".board-columns");
		await page.setViewportSize({ width: 700, height: 800 });
		for (let at = 0; at < 40; at++) {
			await board.evaluate((element, left) => element.scrollTo({ left }), at < 20 ? at * 60 : (40 - at) * 60);
			await page.waitForTimeout(16);
		}
		await page.setViewportSize({ width: 1280, height: 800 });
	},
	async keys(page) {
		await column(page, "To do").locator(".card-link").first().focus();
		for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown"]) {
			await page.keyboard.press(key, { delay: 20 });
		}
		await page.keyboard.press("Shift+ArrowDown");
		await page.waitForTimeout(300);
		await page.keyboard.press("Space");
		for (const key of ["ArrowDown", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key, { delay: 20 });
		await page.keyboard.press("Enter");
		await page.waitForTimeout(300);
	},
	"events of others, board": (page, others) => others.write(page, 4),
	async "events of others, board filtered"(page, others) {
		await page.getByPlaceholder("Filter tasks").fill("importer");
		await page.waitForTimeout(500);
		await others.write(page, 3);
		await page.getByPlaceholder("Filter tasks").fill("");
		await page.waitForTimeout(500);
	},
	async "to the timeline"(page) {
		await page.getByRole("link", { name: "Timeline" }).click();
		await page.locator("[data-bar]").first().waitFor();
		await page.waitForTimeout(500);
	},
	async "scrolling the timeline"(page) {
		const plan = page.locator(".tl-scroll");
		await scroll(plan, [...times(20, 100), ...times(20, 300), ...times(20, 1500), ...times(10, -1e6)]);
		await scroll(plan, [...times(15, 300), ...times(15, -300)], "left");
	},
	async "dragging a bar"(page) {
		const bar = await page.evaluate(async () => {
			// The scrolling before may have left every bar beside the window.
			document.querySelector("[data-bar] .tl-box").scrollIntoView({ inline: "center" });
			await new Promise(requestAnimationFrame);
			await new Promise(requestAnimationFrame);
			const seen = [...document.querySelectorAll("[data-bar]")].find((element) => {
				const { left, right, top, bottom } = element.querySelector(".tl-box").getBoundingClientRect();
				const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
				return found?.closest("[data-bar]") === element;
			});
			seen?.scrollIntoView({ inline: "center" });
			return seen?.dataset.bar;
		});
		const { x, y } = await centre(page.locator(`[data-bar="${bar}"] .tl-box`));
		await page.mouse.move(x, y);
		await page.mouse.down();
		for (let at = 1; at <= 30; at++) await page.mouse.move(x + at * 8, y);
		await page.mouse.up();
		await page.waitForTimeout(500);
	},
	"events of others, timeline": (page, others) => others.write(page, 4),
	async "back to the board"(page) {
		await page.getByRole("link", { name: "Board", exact: true }).click();
		await page.locator(".card").first().waitFor();
		await page.waitForTimeout(500);
	},
};

const times = (count, value) => Array(count).fill(value);

/** Scrolls by so many pixels in each frame. */
function scroll(locator, steps, side = "top") {
	return locator.evaluate(
		async (element, { steps, side }) => {
			for (const by of steps) {
				element.scrollBy({ [side]: by });
				await new Promise(requestAnimationFrame);
			}
		},
		{ steps, side },
	);
}

async function centre(locator) {
	const { x, y, width, height } = await locator.boundingBox();
	return { x: x + width / 2, y: y + height / 2 };
}

/** Others who work in the same project. */
class Others {
	constructor(api, project, tasks, columns) {
		Object.assign(this, { api, project, tasks, columns, turn: 0 });
	}

	static async find(side, key) {
		const api = await signIn(side.server, "Bob");
		const { items } = await api.call("GET", "/projects?limit=200");
		const { id } = items.find((project) => project.key === key);
		const { tasks, columns } = await api.call("GET", `/projects/${id}/board`);
		return new Others(api, id, tasks, columns);
	}

	/** 20 changes a second: titles, moves, dates, and new tasks. */
	async write(page, seconds) {
		const sent = [];
		for (let at = 0; at < seconds * 20; at++) {
			sent.push(this.#one(this.turn++));
			await page.waitForTimeout(50);
		}
		await Promise.all(sent);
	}

	#one(turn) {
		const { id } = this.tasks[(turn * 131) % this.tasks.length];
		const path = `/projects/${this.project}/tasks`;
		const column_id = this.columns[turn % this.columns.length].id;
		const due_on = new Date(Date.now() + (turn % 90) * 86_400_000).toISOString().slice(0, 10);
		const kind = turn % 4;
		if (kind === 0) return this.api.call("PATCH", `${path}/${id}`, { title: `Changed importer ${turn}` });
		if (kind === 1) return this.api.call("PUT", `${path}/${id}/position`, { column_id, after: null });
		if (kind === 2)
			return this.api.call("PUT", `${path}/${id}/schedule`, { start_on: null, due_on, dependents: "keep" });
		return this.api.call("POST", path, { title: `New importer ${turn}`, column_id });
	}
}
