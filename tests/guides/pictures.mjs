// Makes the pictures of docs/guide from a running server: node tests/guides/pictures.mjs BINARY [FOLDER]
//
// A fresh server on loopback is told a story by its API, and a browser looks at it. Without a folder the pictures of the
// guides themselves are made anew.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { leave, root, start, startServer, until, where, work } from "../docs/support.mjs";
import { tell } from "./story.mjs";

const { chromium } = createRequire(join(root, "web/package.json"))("@playwright/test");

const desk = { width: 1440, height: 800 };
const phone = { width: 390, height: 760 };
/** A picture of more bytes than this has no place in a repository. */
export const mostBytes = 80_000;

// ---------------------------------------------------------------- what each picture shows

/** By name: who looks, where, and what is done there before the picture is taken. `part` is the element that is shown. */
const pictures = {
	board: {
		who: "alice",
		path: ({ key }) => `/p/${key}/board`,
		async show(page, { bob, shown }) {
			await bob.goto(`${page.url()}/${shown.number}`);
			await page.locator(".card-faces").waitFor();
		},
	},
	"quick-add": {
		who: "alice",
		path: ({ key }) => `/p/${key}/board`,
		async show(page) {
			const column = page.getByRole("region", { name: "Column Review", exact: true });
			await column.getByRole("button", { name: "Add a task to Review" }).click();
			await column.getByRole("textbox").fill("Check the photographs #design @bob !high >fri");
			await column.getByRole("list", { name: "Understood" }).getByRole("listitem").nth(3).waitFor();
		},
		part: (page) => page.getByRole("region", { name: "Column Review", exact: true }),
	},
	task: {
		who: "alice",
		path: ({ key, shown }) => `/p/${key}/board/${shown.number}`,
		size: { width: 1280, height: 1400 },
		async show(page) {
			await page.locator(".comment").nth(1).waitFor();
			await page.locator(".files img").waitFor();
		},
		part: (page) => page.getByRole("dialog"),
	},
	palette: {
		who: "alice",
		path: ({ key }) => `/p/${key}/board`,
		dark: true,
		async show(page) {
			await page.locator(".card").first().waitFor();
			await page.keyboard.press("Control+k");
			await page.getByRole("dialog").getByRole("combobox").fill("form");
			// It is the server that finds a word of a description.
			await page.getByRole("dialog").getByRole("option", { name: "Build the start page" }).waitFor();
		},
	},
	timeline: {
		who: "alice",
		path: ({ key }) => `/p/${key}/timeline`,
		async show(page) {
			await page.locator("[data-bar]").first().waitFor();
		},
	},
	calendar: {
		who: "alice",
		path: ({ key }) => `/p/${key}/calendar`,
		size: { width: 1440, height: 900 },
		dark: true,
		async show(page) {
			await page.getByText("Draw the start page").first().waitFor();
		},
	},
	news: {
		who: "alice",
		path: () => "/notifications",
		size: phone,
		async show(page) {
			await page.getByText("mentioned you on").first().waitFor();
		},
	},
	past: {
		who: "alice",
		path: ({ key }) => `/p/${key}/board`,
		async show(page) {
			await page.getByRole("button", { name: "Look at the past" }).click();
			const slider = page.getByRole("slider", { name: "Moment" });
			await slider.waitFor();
			const last = Number(await slider.getAttribute("max"));
			await slider.fill(String(Math.round(last * 0.8)));
			await page.locator(".card").first().waitFor();
		},
	},
	token: {
		who: "alice",
		path: () => "/account/tokens",
		size: { width: 1000, height: 680 },
		async show(page) {
			await page.getByRole("button", { name: "New token" }).first().click();
			await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Nightly report");
		},
	},
	"first-link": {
		who: "stranger",
		path: ({ setup }) => setup,
		size: { width: 720, height: 620 },
		async show(page) {
			await page.getByRole("textbox", { name: "Name" }).fill("Alice");
			await page.getByRole("textbox", { name: "E-mail" }).fill("alice@example.com");
		},
	},
};

export const names = Object.keys(pictures);

// ---------------------------------------------------------------- taking them

/** The browser of this machine, as `tests/run` names it or by its usual names. */
export function findBrowser() {
	const { HEADLESS_SHELL, CHROMIUM } = process.env;
	const usual = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
	return HEADLESS_SHELL || CHROMIUM || usual.map(where).find(Boolean);
}

/** Takes all of them into a folder; answers each one's bytes by its name. */
export async function takePictures(binary, folder) {
	const server = await startServer(binary, { data: join(work, "story"), settings: ["--signup", "open"], admin: true });
	const setup = await firstLink(binary);
	const browser = await chromium.launch({
		executablePath: findBrowser(),
		args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
	});
	const taken = {};
	try {
		const story = await tell(server.url, await drawing(await browser.newPage()));
		const key = story.project.key;
		mkdirSync(folder, { recursive: true });
		const cookieOf = (who) => story.people[who]?.headers.Cookie;
		const open = async (who, { size = desk, dark = false } = {}) => {
			const context = await browser.newContext({
				baseURL: server.url,
				viewport: size,
				locale: "en-GB",
				timezoneId: "UTC",
				colorScheme: dark ? "dark" : "light",
				reducedMotion: "reduce",
				serviceWorkers: "block",
			});
			const cookie = cookieOf(who);
			if (cookie) {
				const [name, value] = cookie.split("=");
				await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: "Lax" }]);
			}
			context.setDefaultTimeout(15_000);
			return context.newPage();
		};
		// Bob is there while Alice looks.
		const bob = await open("bob");
		for (const [name, { who, path, show, part, ...look }] of Object.entries(pictures)) {
			const page = await open(who, look);
			try {
				await page.goto(path({ key, setup, ...story }));
				await show(page, { bob, ...story });
				if (cookieOf(who)) await page.locator('.pill[data-state="live"]').waitFor({ state: "attached" });
				if (page.url().includes("/p/")) await page.locator('[aria-label="Also in this project"] li').first().waitFor();
				taken[name] = await picture(page, part?.(page));
			} catch (error) {
				throw new Error(`the picture ${name}: ${error.message}`);
			}
			if (taken[name].length > mostBytes) throw new Error(`the picture ${name} has ${taken[name].length} bytes`);
			writeFileSync(join(folder, `${name}.webp`), taken[name]);
			await page.context().close();
		}
	} finally {
		await browser.close();
		server.child.kill();
	}
	return taken;
}

/** Bob's drawing: a start page, as he would scribble it. */
async function drawing(page) {
	const data = await page.evaluate(async () => {
		const canvas = new OffscreenCanvas(960, 540);
		const pen = canvas.getContext("2d");
		const shape = (colour, draw) => {
			pen.fillStyle = colour;
			pen.beginPath();
			draw();
			pen.fill();
		};
		const box = (colour, ...at) => shape(colour, () => pen.roundRect(...at));
		const sky = pen.createLinearGradient(0, 0, 0, 540);
		sky.addColorStop(0, "#f6d9a8");
		sky.addColorStop(1, "#fbf1de");
		box(sky, 0, 0, 960, 540, 0);
		shape("#e8794a", () => pen.arc(700, 210, 76, 0, 7));
		const hill = (colour, from, over, to) =>
			shape(colour, () => {
				pen.moveTo(0, from);
				pen.bezierCurveTo(320, over, 600, over + 160, 960, to);
				pen.lineTo(960, 540);
				pen.lineTo(0, 540);
			});
		hill("#8fb59a", 330, 180, 250);
		hill("#4f8a73", 400, 300, 330);
		hill("#2b5f54", 470, 420, 430);
		box("#ffffff", 60, 130, 400, 30, 8);
		box("#ffffff", 60, 176, 300, 30, 8);
		box("#e8794a", 60, 236, 168, 50, 25);
		const reader = new FileReader();
		reader.readAsDataURL(await canvas.convertToBlob());
		await new Promise((done) => reader.addEventListener("load", done));
		return reader.result.split(",")[1];
	});
	await page.close();
	return Buffer.from(data, "base64");
}

/** WebP, which is small, and which Chromium writes itself. */
async function picture(page, part) {
	await page.locator(".skeleton").first().waitFor({ state: "hidden" });
	await page.evaluate(async () => {
		await document.fonts.ready;
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
	});
	const box = await part?.boundingBox();
	const margin = 12;
	const clip = box && {
		x: box.x - margin,
		y: box.y - margin,
		width: box.width + 2 * margin,
		height: box.height + 2 * margin,
		scale: 1,
	};
	const protocol = await page.context().newCDPSession(page);
	const { data } = await protocol.send("Page.captureScreenshot", {
		format: "webp",
		quality: 82,
		...(clip ? { clip } : {}),
	});
	return Buffer.from(data, "base64");
}

/** The address that a server without an account prints. */
async function firstLink(binary) {
	let link;
	const args = ["serve", "--listen", "127.0.0.1:0", "--data", join(work, "empty")];
	start(binary, args, {
		line: (text) => {
			link ||= /(http:\S+)/.exec(text.includes("listening on") ? "" : text)?.[1];
		},
	});
	await until("the first administrator's link", () => link);
	return link;
}

if (process.argv[1] === import.meta.filename) {
	const [binary, folder = join(root, "docs/guide/images")] = process.argv.slice(2);
	if (!binary) throw new Error("usage: node tests/guides/pictures.mjs BINARY [FOLDER]");
	try {
		for (const [name, bytes] of Object.entries(await takePictures(resolve(binary), folder)))
			console.log(`${name} ${bytes.length}`);
	} finally {
		leave();
	}
}
