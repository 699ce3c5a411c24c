//! One change of 500 tasks, beside the same change of one of them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    Pace, Result,
    fill::{Numbers, Tasks},
    server::{Build, Client, Server, measured, text},
    table::{Table, median, ms, ratio},
};

const TASKS: usize = 5_000;
/// The most that one change takes.
const MANY: usize = 500;
const DOINGS: [&str; 4] = ["give them a priority", "put a label on them", "assign them", "move them to another column"];

#[derive(Default)]
struct Took {
    wall: [Vec<Duration>; 2],
    cpu: [Vec<Duration>; 2],
}

struct Side {
    server: Server,
    client: Client,
    project: String,
    columns: [String; 2],
    label: String,
    tasks: Vec<String>,
    took: [Took; 4],
}

async fn prepare(build: &Build) -> Result<Side> {
    let mut server = Server::new(build).await?;
    let mut client = server.client().await?;
    let project = client.project("Many").await?;
    let columns = [client.column(&project, "Doing").await?, client.column(&project, "Waiting").await?];
    let label = json!({"name": "label", "colour": "#3366cc"});
    let label = text(&client.post(&format!("/projects/{project}/labels"), label).await?, "id")?;
    let by = server.user.clone();
    let tasks = server.fill(|file| {
        let tasks = Tasks { project: &project, column: &columns[0], by: &by, count: TASKS, full: false };
        tasks.write(file, &mut Numbers::new(3))
    })?;
    let client = server.client().await?;
    Ok(Side { server, client, project, columns, label, tasks, took: Default::default() })
}

/// The change and the one that takes it back, so that each round begins with the same.
fn bodies(side: &Side, doing: usize) -> [Value; 2] {
    match doing {
        0 => [json!({"patch": {"priority": "high"}}), json!({"patch": {"priority": "none"}})],
        1 => [json!({"add_label_ids": [side.label]}), json!({"remove_label_ids": [side.label]})],
        2 => [json!({"add_assignee_ids": [side.server.user]}), json!({"remove_assignee_ids": [side.server.user]})],
        _ => [1, 0].map(|column: usize| json!({"column_id": side.columns[column]})),
    }
}

async fn change(client: &mut Client, project: &str, tasks: &[String], mut body: Value) -> Result<()> {
    body["task_ids"] = json!(tasks);
    let changed = client.post(&format!("/projects/{project}/tasks/bulk"), body).await?;
    let count = changed["items"].as_array().map_or(0, Vec::len);
    if count == tasks.len() { Ok(()) } else { Err(format!("{count} of {} tasks were changed", tasks.len()).into()) }
}

pub async fn run(builds: &[Build], pace: Pace) -> Result<()> {
    let mut sides = vec![];
    for build in builds {
        sides.push(prepare(build).await?);
    }
    for round in 0..=pace.rounds {
        for side in &mut sides {
            for doing in 0..DOINGS.len() {
                for (at, count) in [1, MANY].into_iter().enumerate() {
                    let first = (round * MANY) % TASKS;
                    let tasks = &side.tasks[first..first + count];
                    let [there, back] = bodies(side, doing);
                    let began = Instant::now();
                    let work = change(&mut side.client, &side.project, tasks, there);
                    // The wait behind the answer is not the answer's.
                    let (wall, cpu) = measured(&side.server, async {
                        work.await?;
                        Ok(began.elapsed())
                    })
                    .await?;
                    change(&mut side.client, &side.project, tasks, back).await?;
                    // The first round fills caches.
                    if round > 0 {
                        side.took[doing].wall[at].push(wall);
                        side.took[doing].cpu[at].push(cpu);
                    }
                }
            }
        }
    }
    let mut table = Table::new(
        format!("One change of {MANY} tasks, and of one, ms (aim: answered within 10 times)"),
        &["what", "build", "one", "500", "ratio", "CPU: one", "500", "ratio"],
    );
    for (doing, what) in DOINGS.iter().enumerate() {
        for side in &sides {
            let Took { wall, cpu } = &side.took[doing];
            let [one, many] = [0, 1].map(|at: usize| median(wall[at].clone()));
            let [one_cpu, many_cpu] = [0, 1].map(|at: usize| median(cpu[at].clone()));
            table.row([
                (*what).to_owned(),
                side.server.name.clone(),
                ms(one),
                ms(many),
                ratio(many, one),
                ms(one_cpu),
                ms(many_cpu),
                ratio(many_cpu, one_cpu),
            ]);
        }
    }
    table.print();
    Ok(())
}
