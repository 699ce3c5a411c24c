//! A stale `If-Match`: a task was changed once since, and then a million other things happened, or ten.

use std::time::Duration;

use serde_json::json;

use crate::{
    Pace, Result,
    fill::{self, Numbers},
    server::{Build, Client, Server, measured, text},
    table::{Table, median, ms, ratio},
};

const FEW: i64 = 10;
const MANY: i64 = 1_000_000;
/// Enough for a figure where one look takes long.
const LONG: Duration = Duration::from_millis(100);

struct Project {
    id: String,
    task: String,
    version: i64,
}

struct Side {
    server: Server,
    client: Client,
    projects: Vec<Project>,
    took: [Vec<Duration>; 2],
}

async fn prepare(build: &Build) -> Result<Side> {
    let mut server = Server::new(build).await?;
    let mut client = server.client().await?;
    let mut projects = vec![];
    for name in ["Few", "Many"] {
        let id = client.project(name).await?;
        let column = client.column(&id, "Doing").await?;
        let new = json!({"title": "Base", "column_id": column});
        let task = client.post(&format!("/projects/{id}/tasks"), new).await?;
        let (task, version) = (text(&task, "id")?, task["version"].as_i64().ok_or("a task without a version")?);
        client.patch(&format!("/projects/{id}/tasks/{task}"), json!({"title": "Theirs"})).await?;
        projects.push(Project { id, task, version });
    }
    let by = server.user.clone();
    server.fill(|file| {
        let mut numbers = Numbers::new(3);
        for (project, count) in projects.iter().zip([FEW, MANY]) {
            fill::events(file, &mut numbers, &project.id, &by, count)?;
        }
        Ok(())
    })?;
    let client = server.client().await?;
    Ok(Side { server, client, projects, took: Default::default() })
}

async fn refused(client: &mut Client, project: &Project, times: usize) -> Result<()> {
    let path = format!("/projects/{}/tasks/{}", project.id, project.task);
    let version = format!("\"{}\"", project.version);
    for _ in 0..times {
        client.send("PATCH", &path, &[("if-match", &version)], Some(json!({"title": "Mine"}))).await?.refused(412)?;
    }
    Ok(())
}

pub async fn run(builds: &[Build], pace: Pace) -> Result<()> {
    let mut sides = vec![];
    for build in builds {
        sides.push(prepare(build).await?);
    }
    for round in 0..=pace.rounds {
        for side in &mut sides {
            for (at, project) in side.projects.iter().enumerate() {
                let ((), one) = measured(&side.server, refused(&mut side.client, project, 1)).await?;
                let times = if one > LONG { 1 } else { pace.times };
                let ((), took) = measured(&side.server, refused(&mut side.client, project, times)).await?;
                if round > 0 {
                    side.took[at].push(took / u32::try_from(times)?);
                }
            }
        }
    }
    let mut table = Table::new(
        "A stale If-Match (412): CPU of the server, ms (aim: at most 1.50 times)",
        &["what", "build", "10 events since", "1,000,000 events since", "ratio"],
    );
    for side in &sides {
        let [few, many] = &side.took;
        let (few, many) = (median(few.clone()), median(many.clone()));
        table.row(["refuse".to_owned(), side.server.name.clone(), ms(few), ms(many), ratio(many, few)]);
    }
    table.print();
    for side in &sides {
        println!("\nFile of {}: {} MB", side.server.name, side.server.file_bytes() / 1_000_000);
    }
    Ok(())
}
