// A board in React, on an origin of its own: it signs in with a token, and stays current.
import { type Client, createClient, Problem, type Task } from "boardcast";
import { debug } from "boardcast/debug";
import { BoardcastProvider, useClient, useConnection, useEvent, useProject, useTasks } from "boardcast/react";
import { type FormEvent, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

function App() {
	const [client, setClient] = useState<Client>();
	useEffect(() => (client && location.hash === "#debug" ? debug(client) : undefined), [client]);
	if (!client) return <SignIn done={setClient} />;
	return (
		<BoardcastProvider client={client}>
			<Projects />
		</BoardcastProvider>
	);
}

function SignIn({ done }: { done: (client: Client) => void }) {
	const submit = (event: FormEvent<HTMLFormElement>) => {
		event.preventDefault();
		const given = new FormData(event.currentTarget);
		done(createClient({ url: String(given.get("url")), token: String(given.get("token")) }));
	};
	return (
		<form onSubmit={submit}>
			<label>
				Server <input name="url" type="url" required />
			</label>
			<label>
				Token <input name="token" type="password" required />
			</label>
			<button type="submit">Connect</button>
		</form>
	);
}

function Projects() {
	const client = useClient();
	const connection = useConnection();
	const [projects, setProjects] = useState<readonly { id: string; name: string }[]>([]);
	const [chosen, choose] = useState<string>();
	useEffect(() => {
		client.api.GET("/projects").then(
			({ data }) => {
				setProjects(data.items);
				choose(data.items[0]?.id);
			},
			() => {},
		);
	}, [client]);
	return (
		<>
			<p role="status">{connection.state}</p>
			<label>
				Project
				<select value={chosen ?? ""} onChange={(event) => choose(event.target.value)}>
					{projects.map(({ id, name }) => (
						<option key={id} value={id}>
							{name}
						</option>
					))}
				</select>
			</label>
			{chosen && <Board id={chosen} />}
		</>
	);
}

function Board({ id }: { id: string }) {
	const { status, problem, project, columns, applied } = useProject(id);
	const [latest, setLatest] = useState("");
	const [moves, setMoves] = useState(0);
	useEvent(id, (event) => setLatest(`${event.seq} ${event.type} by ${event.actor?.name ?? "the server"}`));
	useEvent(id, () => setMoves((before) => before + 1), "task.moved");
	if (status === "loading") return <p>Loading…</p>;
	if (status === "gone") return <p role="alert">This project is not yours, or no longer.</p>;
	if (status === "failed") return <p role="alert">{problem?.message}</p>;
	return (
		<>
			<h1>{project?.name}</h1>
			<p>
				Event {applied}. <output>{latest}</output> <span>{moves} moves</span>
			</p>
			<div className="columns">
				{columns.map((column) => (
					<Column key={column.id} project={id} id={column.id} name={column.name} />
				))}
			</div>
		</>
	);
}

function Column({ project, id, name }: { project: string; id: string; name: string }) {
	const tasks = useTasks(project, { column: id });
	const { live } = useProject(project);
	const [refused, setRefused] = useState("");
	const add = (event: FormEvent<HTMLFormElement>) => {
		event.preventDefault();
		const form = event.currentTarget;
		const title = String(new FormData(form).get("title"));
		form.reset();
		setRefused("");
		live?.createTask({ title, column_id: id }).catch((error) => setRefused(why(error)));
	};
	return (
		<section aria-label={name}>
			<h2>
				{name} ({tasks.length})
			</h2>
			<ul>
				{tasks.map((task) => (
					<Item key={task.id} project={project} task={task} />
				))}
			</ul>
			<form onSubmit={add}>
				<input name="title" aria-label={`New task in ${name}`} required />
				<button type="submit">Add</button>
			</form>
			{refused && <p role="alert">{refused}</p>}
		</section>
	);
}

function Item({ project, task }: { project: string; task: Task }) {
	const { live } = useProject(project);
	const done = task.completed_at !== null;
	const toggle = () => void live?.completeTask(task.id, !done).catch((error) => alert(why(error)));
	return (
		<li data-done={done}>
			<label>
				<span>{task.title}</span>
				<input type="checkbox" checked={done} disabled={task.version === 0} onChange={toggle} />
			</label>
		</li>
	);
}

function why(error: unknown): string {
	return error instanceof Problem ? error.detail || error.message : String(error);
}

const place = document.getElementById("app");
if (place)
	createRoot(place).render(
		<StrictMode>
			<App />
		</StrictMode>,
	);
