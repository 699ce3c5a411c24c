// Whether the library `standardwebhooks` takes each message of a list: a line of true or false each.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// The library stands in a folder of its own.
const { Webhook, WebhookVerificationError } = createRequire(join(process.argv[2], "package.json"))("standardwebhooks");

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
	const { secret, headers, body } = JSON.parse(line);
	try {
		new Webhook(secret).verify(body, headers);
		console.log("true");
	} catch (error) {
		if (!(error instanceof WebhookVerificationError)) throw error;
		console.log("false");
	}
}
