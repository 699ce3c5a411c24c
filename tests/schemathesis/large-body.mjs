// A body that is too large, sent by Node's fetch: the 413 arrives, and not a broken connection.
//
//     node large-body.mjs URL
import assert from "node:assert/strict";

const [url] = process.argv.slice(2);
for (const size of [300_000, 8_000_000]) {
	const answer = await fetch(`${url}/api/v1/session`, {
		method: "POST",
		headers: { "Content-Type": "application/json", Origin: url },
		body: JSON.stringify({ email: "x".repeat(size) }),
	});
	assert.equal(answer.status, 413);
	assert.equal((await answer.json()).code, "too_large");
}
