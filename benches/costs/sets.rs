//! Changes of thousands of rows: a column deleted, a label deleted, a plan pushed; and what writers of another
//! project wait meanwhile. And a refusal, which should cost nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    Pace, Result,
    fill::{self, Numbers, Tasks},
    server::{Build, Client, Server, measured, text},
    table::{Table, median, ms},
};

const TASKS: usize = 5_000;
const DOINGS: [&str; 4] = [
    "push through 5,000 dependent tasks",
    "delete a label that 5,000 tasks carry",
    "delete a column of 5,000 tasks (409)",
    "delete a column of 5,000 tasks, moving them",
];

struct Project {
    id: String,
    from: String,
    to: String,
    label: String,
    tasks: Vec<String>,
}

#[derive(Default)]
struct Took {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
    /// The longest that a writer of another project waited.
    wait: Vec<Duration>,
}

struct Side {
    server: Server,
    client: Client,
    /// One for each round: what is deleted is gone.
    projects: Vec<Project>,
    elsewhere: String,
    took: [Took; 4],
}

async fn prepare(build: &Build, rounds: usize) -> Result<Side> {
    let mut server = Server::new(build).await?;
    let mut client = server.client().await?;
    let mut projects = vec![];
    for round in 0..rounds {
        let id = client.project(&format!("Project {round}")).await?;
        let (from, to) = (client.column(&id, "From").await?, client.column(&id, "To").await?);
        let label = json!({"name": "label", "colour": "#3366cc"});
        let label = text(&client.post(&format!("/projects/{id}/labels"), label).await?, "id")?;
        projects.push(Project { id, from, to, label, tasks: vec![] });
    }
    let project = client.project("Elsewhere").await?;
    let column = client.column(&project, "Doing").await?;
    let new = json!({"title": "A task", "column_id": column});
    let task = text(&client.post(&format!("/projects/{project}/tasks"), new).await?, "id")?;
    let by = server.user.clone();
    server.fill(|file| {
        let mut numbers = Numbers::new(2);
        for project in &mut projects {
            let tasks = Tasks { project: &project.id, column: &project.from, by: &by, count: TASKS, full: false };
            project.tasks = tasks.write(file, &mut numbers)?;
            fill::label_all(file, &project.id, &project.tasks, &project.label)?;
            fill::chain(file, &mut numbers, &project.id, &project.tasks)?;
        }
        Ok(())
    })?;
    let client = server.client().await?;
    let elsewhere = format!("/projects/{project}/tasks/{task}");
    Ok(Side { server, client, projects, elsewhere, took: Default::default() })
}

/// Change a task of another project again and again; answers the longest wait.
async fn writer(mut client: Client, path: String, ended: Arc<AtomicBool>) -> Result<Duration> {
    let mut longest = Duration::ZERO;
    let mut count = 0;
    while !ended.load(Ordering::Acquire) {
        let began = Instant::now();
        client.patch(&path, json!({"title": format!("Title {count}")})).await?;
        longest = longest.max(began.elapsed());
        count += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(longest)
}

async fn once(client: &mut Client, project: &Project, doing: usize) -> Result<()> {
    let at = |rest: String| format!("/projects/{}{rest}", project.id);
    match doing {
        0 => {
            let path = at(format!("/tasks/{}/schedule", project.tasks[0]));
            let moved = client.put(&path, json!({"due_on": fill::day(1), "dependents": "push"})).await?;
            let moved = moved["tasks"].as_array().map_or(0, Vec::len);
            if moved == TASKS { Ok(()) } else { Err(format!("{moved} tasks were pushed").into()) }
        }
        1 => client.delete(&at(format!("/labels/{}", project.label))).await,
        2 => client.send("DELETE", &at(format!("/columns/{}", project.from)), &[], None).await?.refused(409),
        _ => client.delete(&at(format!("/columns/{}?move_to={}", project.from, project.to))).await,
    }
}

pub async fn run(builds: &[Build], pace: Pace) -> Result<()> {
    let rounds = pace.rounds.min(3);
    let mut sides = vec![];
    for build in builds {
        sides.push(prepare(build, rounds * 2).await?);
    }
    for round in 0..rounds {
        for side in &mut sides {
            // Alone, for its own time; and with a writer elsewhere, for how long that one waits.
            let [alone, beside] = &side.projects[round * 2..round * 2 + 2] else {
                return Err("too few projects".into());
            };
            for doing in 0..DOINGS.len() {
                let began = Instant::now();
                let ((), cpu) = measured(&side.server, once(&mut side.client, alone, doing)).await?;
                side.took[doing].wall.push(began.elapsed());
                side.took[doing].cpu.push(cpu);
                let ended = Arc::new(AtomicBool::new(false));
                let waiting = tokio::spawn(writer(side.server.client().await?, side.elsewhere.clone(), ended.clone()));
                tokio::time::sleep(Duration::from_millis(50)).await;
                once(&mut side.client, beside, doing).await?;
                ended.store(true, Ordering::Release);
                side.took[doing].wait.push(waiting.await??);
            }
        }
    }
    let mut table = Table::new(
        "Thousands of rows in one change, ms (aim: writers elsewhere wait at most 150 ms)",
        &["what", "build", "answered after", "CPU of the server", "longest wait elsewhere"],
    );
    for (doing, what) in DOINGS.iter().enumerate() {
        for side in &sides {
            let took = &side.took[doing];
            let longest = took.wait.iter().max().copied().unwrap_or_default();
            let name = side.server.name.clone();
            table.row([
                (*what).to_owned(),
                name,
                ms(median(took.wall.clone())),
                ms(median(took.cpu.clone())),
                ms(longest),
            ]);
        }
    }
    table.print();
    Ok(())
}
