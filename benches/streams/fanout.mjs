// The fan-out that tutorials show: a set of answers, and a loop that writes to each of them.
import { createServer } from "node:http";

const clients = new Set();

const server = createServer((request, response) => {
	if (request.method === "GET") {
		response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
		response.flushHeaders();
		clients.add(response);
		request.on("close", () => clients.delete(response));
		return;
	}
	let frame = "";
	request.setEncoding("utf8");
	request.on("data", (piece) => (frame += piece));
	request.on("end", () => {
		for (const client of clients) client.write(frame);
		response.writeHead(204).end();
	});
});

server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
	console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
