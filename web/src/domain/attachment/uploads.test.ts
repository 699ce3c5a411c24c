import { beforeEach, describe, expect, it, vi } from "vitest";
import { instance, user } from "../../live/session";
import { toasts } from "../../platform/toasts";
import { arrived, dropUpload, retryUpload, uploadFiles, uploads } from "./uploads";

/** Requests that the test answers. */
class Request {
	static all: Request[] = [];
	upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
	onload = () => {};
	onerror = () => {};
	status = 0;
	responseText = "";
	headers: Record<string, string> = {};
	address = "";
	aborted = false;
	constructor() {
		Request.all.push(this);
	}
	open(_: string, address: string) {
		this.address = address;
	}
	setRequestHeader(name: string, value: string) {
		this.headers[name] = value;
	}
	getResponseHeader = () => null;
	send() {}
	abort() {
		this.aborted = true;
	}
	answer(status: number, body: object) {
		this.status = status;
		this.responseText = JSON.stringify(body);
		this.onload();
	}
}

const file = (name: string, size = 10) => new File([new Uint8Array(size)], name);
const settle = () => new Promise((resolve) => setTimeout(resolve));
const states = () => uploads.value.map(({ file, state }) => `${file.name} ${state}`);
const request = (index: number) => Request.all[index] ?? expect.fail(`there is no request ${index}`);

beforeEach(() => {
	for (const { id } of uploads.value) dropUpload(id);
	Request.all = [];
	toasts.value = [];
	vi.stubGlobal("XMLHttpRequest", Request);
	instance.value = { attachment_limit: 100 } as never;
});

describe("uploads", () => {
	it("go two at a time, say how far they are, and make room for the next", async () => {
		const done = vi.fn();
		uploadFiles("p", "t", [file("a.png"), file("b c.png"), file("d.png")], done);
		expect(states()).toEqual(["a.png sending", "b c.png sending", "d.png waiting"]);
		expect(request(1).address).toBe("/api/v1/projects/p/tasks/t/attachments?name=b+c.png");
		expect(request(0).headers).toMatchObject({ "X-Boardcast": "1" });
		request(0).upload.onprogress?.({ loaded: 5, total: 10 });
		expect(uploads.value[0]?.progress).toBe(0.5);
		request(0).answer(201, { id: "1", name: "a.png" });
		await settle();
		expect(states()).toEqual(["b c.png sending", "d.png sending"]);
		expect(done).toHaveBeenCalledWith({ id: "1", name: "a.png" });
	});

	it("are tried again with the same key after a lost answer", async () => {
		const [one] = uploadFiles("p", "t", [file("a.png")]);
		request(0).onerror();
		await settle();
		expect(uploads.value[0]).toMatchObject({ state: "failed", final: false });
		retryUpload(one?.id ?? "");
		expect(request(1).headers["Idempotency-Key"]).toBe(request(0).headers["Idempotency-Key"]);
		request(1).answer(201, { id: "1", name: "a.png" });
		await settle();
		expect(uploads.value).toEqual([]);
	});

	it("that are too large are not sent, and the limit is said", () => {
		const done = vi.fn();
		uploadFiles("p", "t", [file("big.png", 101)], done);
		expect(Request.all).toEqual([]);
		expect(uploads.value[0]).toMatchObject({ state: "failed", final: true });
		expect(uploads.value[0]?.reason).toContain("100 byte");
		expect(done).toHaveBeenCalledWith(undefined);
	});

	it("that the server refuses say why, and are not tried again", async () => {
		uploadFiles("p", "t", [file("a.png")]);
		request(0).answer(413, { code: "too_large", detail: "at most 5 bytes" });
		await settle();
		expect(uploads.value[0]).toMatchObject({ reason: "At most 5 bytes.", final: true });
		expect(toasts.value[0]?.detail).toBe("At most 5 bytes.");
	});

	it("are on their way no more once their event has come, and still end with their answer", async () => {
		const done = vi.fn();
		const [one] = uploadFiles("p", "t", [file("a.png")], done);
		arrived("another");
		expect(uploads.value).toHaveLength(1);
		arrived(one?.id);
		expect(uploads.value).toEqual([]);
		request(0).answer(201, { id: "x", name: "a.png" });
		await settle();
		expect(done).toHaveBeenCalledWith({ id: "x", name: "a.png" });
	});

	it("end with the session of their person", () => {
		user.value = { id: "alice" } as never;
		uploadFiles("p", "t", [file("a.png"), file("b.png"), file("c.png")]);
		user.value = null;
		expect(uploads.value).toEqual([]);
		expect(Request.all.map(({ aborted }) => aborted)).toEqual([true, true]);
	});

	it("that are cancelled leave nothing behind", () => {
		const done = vi.fn();
		const [one] = uploadFiles("p", "t", [file("a.png")], done);
		dropUpload(one?.id ?? "");
		expect(request(0).aborted).toBe(true);
		expect(uploads.value).toEqual([]);
		expect(done).toHaveBeenCalledWith(undefined);
	});
});
