import type { Push } from "boardcast";
import { expect, test, vi } from "vitest";

vi.mock("../../platform/worker", () => ({ registerWorker: () => Promise.resolve(undefined) }));
vi.mock("./commands", () => ({}));

const { isSame, obstacle, toBase64 } = await import("./device");

const able = { isSecure: true, hasPush: true, isOnHomeScreen: undefined, permission: "default" } as const;

test.each([
	["nothing", able, undefined],
	["a page without TLS", { ...able, isSecure: false, hasPush: false }, "insecure"],
	["an iPhone's Safari", { ...able, hasPush: false, isOnHomeScreen: false }, "home-screen"],
	["an old iPhone, on its home screen", { ...able, hasPush: false, isOnHomeScreen: true }, "unsupported"],
	["a browser without push", { ...able, hasPush: false }, "unsupported"],
	["a person who said no", { ...able, permission: "denied" }, "denied"],
] as const)("what is in the way: %s", (_, browser, expected) => {
	expect(obstacle(browser)).toBe(expected);
});

const key = Uint8Array.of(4, 250, 251, 252, 253);
const push = { application_server_key: toBase64(key), subscription: { endpoint: "https://a/1" } } as Push;
const own = (endpoint: string, of: Uint8Array | null) =>
	({ endpoint, options: { applicationServerKey: of?.buffer ?? null } }) as unknown as PushSubscription;

test("a browser is told when it and the server have the same subscription, for the same key", () => {
	expect(isSame(push, own("https://a/1", key))).toBe(true);
	// Not every browser says for which key.
	expect(isSame(push, own("https://a/1", null))).toBe(true);
	expect(isSame(push, own("https://a/2", key))).toBe(false);
	expect(isSame(push, own("https://a/1", Uint8Array.of(4, 1)))).toBe(false);
	expect(isSame(push, null)).toBe(false);
	expect(isSame({ ...push, subscription: null }, own("https://a/1", key))).toBe(false);
});
test("keys are written as the server writes them", () => {
	expect(toBase64(key)).toBe("BPr7_P0");
});
