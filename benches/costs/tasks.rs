//! Creating, editing and moving a task, in a project of 50,000 tasks, all in one column, and in one of 100.

use std::time::Duration;

use serde_json::json;

use crate::{
    Pace, Result,
    fill::{Numbers, Tasks},
    server::{Build, Client, Server, measured, text},
    table::{Table, median, ms, ratio},
};

const SMALL: usize = 100;
/// A few below the limit of a project, so that there is room for those that are created here.
const LARGE: usize = 48_000;
const DOINGS: [&str; 4] = ["create", "edit", "move within the column", "move in and out of the column"];

struct Project {
    id: String,
    column: String,
    other: String,
    tasks: Vec<String>,
}

struct Side {
    server: Server,
    client: Client,
    projects: Vec<Project>,
    /// For each of what is done: in the small project, in the large one.
    took: [[Vec<Duration>; 2]; 4],
}

async fn prepare(build: &Build) -> Result<Side> {
    let mut server = Server::new(build).await?;
    let mut client = server.client().await?;
    let mut projects = vec![];
    for name in ["Small", "Large"] {
        let id = client.project(name).await?;
        let (column, other) = (client.column(&id, "Doing").await?, client.column(&id, "Waiting").await?);
        projects.push(Project { id, column, other, tasks: vec![] });
    }
    let by = server.user.clone();
    server.fill(|file| {
        let mut numbers = Numbers::new(1);
        for (project, count) in projects.iter_mut().zip([SMALL, LARGE]) {
            let tasks = Tasks { project: &project.id, column: &project.column, by: &by, count, full: false };
            project.tasks = tasks.write(file, &mut numbers)?;
        }
        Ok(())
    })?;
    let client = server.client().await?;
    Ok(Side { server, client, projects, took: Default::default() })
}

/// Do one thing so often. What is created is deleted again, outside of what is measured.
async fn some(
    client: &mut Client,
    project: &Project,
    doing: usize,
    times: usize,
    numbers: &mut Numbers,
) -> Result<Vec<String>> {
    let at = |rest: String| format!("/projects/{}/tasks{rest}", project.id);
    let mut created = vec![];
    for time in 0..times {
        let pick = |numbers: &mut Numbers| &project.tasks[numbers.below(project.tasks.len())];
        match doing {
            0 => {
                let new = json!({"title": format!("New {time}"), "column_id": project.column});
                created.push(text(&client.post(&at(String::new()), new).await?, "id")?);
            }
            1 => {
                let title = format!("Edited {}", numbers.next());
                client.patch(&at(format!("/{}", pick(numbers))), json!({"title": title})).await?;
            }
            2 => {
                let (task, after) = (pick(numbers).clone(), pick(numbers));
                let to = json!({"column_id": project.column, "after": if task == *after { None } else { Some(after) }});
                client.put(&at(format!("/{task}/position")), to).await?;
            }
            _ => {
                // Twice, so that everything is where it was: half as many times.
                let task = &project.tasks[0];
                let column = if time % 2 == 0 { &project.other } else { &project.column };
                client.put(&at(format!("/{task}/position")), json!({"column_id": column, "after": null})).await?;
            }
        }
    }
    Ok(created)
}

pub async fn run(builds: &[Build], pace: Pace) -> Result<()> {
    let mut sides = vec![];
    for build in builds {
        sides.push(prepare(build).await?);
    }
    let times = pace.times;
    for round in 0..=pace.rounds {
        for side in &mut sides {
            for doing in 0..DOINGS.len() {
                for (at, project) in side.projects.iter().enumerate() {
                    let mut numbers = Numbers::new(u64::try_from(round * 10 + doing)?);
                    let work = some(&mut side.client, project, doing, times, &mut numbers);
                    let (created, took) = measured(&side.server, work).await?;
                    for task in created {
                        side.client.delete(&format!("/projects/{}/tasks/{task}", project.id)).await?;
                    }
                    // The first round fills caches.
                    if round > 0 {
                        side.took[doing][at].push(took / u32::try_from(times)?);
                    }
                }
            }
        }
    }
    let mut table = Table::new(
        format!(
            "A task among {LARGE} in one column, and among {SMALL}: CPU of the server, ms (aim: at most 1.30 times)"
        ),
        &["what", "build", "among 100", "among 48,000", "ratio"],
    );
    for (doing, what) in DOINGS.iter().enumerate() {
        for side in &sides {
            let [small, large] = &side.took[doing];
            let (small, large) = (median(small.clone()), median(large.clone()));
            table.row([(*what).to_owned(), side.server.name.clone(), ms(small), ms(large), ratio(large, small)]);
        }
    }
    table.print();
    Ok(())
}
