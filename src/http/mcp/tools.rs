//! Which tools there are, as clients list them. Every model that may call them reads this list first, so each word counts.

use serde_json::{Map, Value, json};

use super::{agent::Agent, changes, reads, writes};
use crate::base::error::Result;

/// A tool as clients see it.
pub struct Tool {
    pub name: &'static str,
    title: &'static str,
    about: &'static str,
    /// It changes nothing.
    pub reads: bool,
    /// It may take away what people did; all of it can be undone.
    destroys: bool,
    /// The same call once more changes nothing more.
    repeats: bool,
    /// The arguments by name, and which of them a call must have.
    arguments: fn() -> Value,
    required: &'static [&'static str],
}

const READS: Tool = Tool {
    name: "",
    title: "",
    about: "",
    reads: true,
    destroys: false,
    repeats: true,
    arguments: || json!({}),
    required: &[],
};
const WRITES: Tool = Tool { reads: false, repeats: false, ..READS };

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn project() -> Value {
    text("key or id")
}

fn task() -> Value {
    text("WEB-42, or id with project")
}

fn version() -> Value {
    json!({"type": "integer"})
}

fn key() -> Value {
    json!({"type": "string"})
}

fn ids() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

/// The fields of a task that people fill in.
fn fields() -> Map<String, Value> {
    let day = |about| json!({"type": ["string", "null"], "description": about});
    let fields = json!({
        "title": {"type": "string"},
        "description": text("Markdown"),
        "priority": {"enum": ["none", "low", "medium", "high", "urgent"]},
        "start_on": day("YYYY-MM-DD"),
        "due_on": day("YYYY-MM-DD"),
        "estimate": {"type": ["number", "null"]},
        "milestone_id": {"type": ["string", "null"]},
        "assignee_ids": ids(),
        "label_ids": ids(),
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn with_fields(mut arguments: Value) -> Value {
    if let Value::Object(arguments) = &mut arguments {
        arguments.extend(fields());
    }
    arguments
}

/// All tools, in the order in which they are listed.
static TOOLS: [Tool; 12] = [
    Tool {
        name: "whoami",
        title: "Who am I",
        about: "You, your token's rights, and your projects with roles.",
        ..READS
    },
    Tool {
        name: "get_project",
        title: "Look at a project",
        about: "Columns with kind and open tasks, labels, milestones, members, and seq: the number of its last event.",
        arguments: || json!({"project": project()}),
        required: &["project"],
        ..READS
    },
    Tool {
        name: "find_tasks",
        title: "Find tasks",
        about: "Tasks of one project or of all. query: words, and filters such as assignee:me (none, a name), label:bug, \
            column:Doing, milestone:, priority:high, is:open (done, archived), due:overdue (today, week, none, from..to), \
            updated:week (today, month, from..to), created:.",
        arguments: || {
            json!({
                "query": {"type": "string"},
                "project": project(),
                "sort": text("position, due_on, priority, updated_at, created_at, number; -x is descending"),
                "limit": {"type": "integer", "minimum": 1, "maximum": 50},
                "cursor": text("next_cursor of the page before"),
            })
        },
        ..READS
    },
    Tool {
        name: "get_task",
        title: "Read a task",
        about: "A task with description, checklist, dependencies, and its latest comments (older ones by cursor).",
        arguments: || json!({"task": task(), "project": project(), "cursor": {"type": "string"}}),
        required: &["task"],
        ..READS
    },
    Tool {
        name: "changes",
        title: "What changed",
        about: "What happened in a project after event after_seq, oldest first. With wait it answers as soon as something \
            happens, or empty after so many seconds. Go on from seq of the answer.",
        arguments: || {
            json!({
                "project": project(),
                "after_seq": {"type": "integer", "minimum": 0},
                "wait": {"type": "integer", "minimum": 0, "maximum": 25, "description": "seconds"},
            })
        },
        required: &["project", "after_seq"],
        ..READS
    },
    Tool {
        name: "create_tasks",
        title: "Create tasks",
        about: "1 to 50 tasks at the end of their columns: all of them or none.",
        arguments: || {
            let mut fields = fields();
            fields.insert("column_id".into(), json!({"type": "string"}));
            let task = json!({"type": "object", "properties": fields, "required": ["title", "column_id"]});
            json!({
                "project": project(),
                "tasks": {"type": "array", "minItems": 1, "maxItems": 50, "items": task},
                "key": key(),
            })
        },
        required: &["project", "tasks"],
        ..WRITES
    },
    Tool {
        name: "update_task",
        title: "Edit a task",
        about: "Set fields; those left out stay. completed: true or false also moves it to or from a done column. Lists \
            replace what was there.",
        arguments: || {
            with_fields(json!({
                "task": task(), "project": project(), "base_version": version(), "completed": {"type": "boolean"}, "key": key(),
            }))
        },
        required: &["task", "base_version"],
        destroys: true,
        repeats: true,
        ..WRITES
    },
    Tool {
        name: "move_task",
        title: "Move a task",
        about: "Into a column, behind the task after (an id; null: first) or before another; without both last.",
        arguments: || {
            let neighbour = || json!({"type": ["string", "null"]});
            json!({
                "task": task(), "project": project(), "base_version": version(), "column_id": {"type": "string"},
                "after": neighbour(), "before": neighbour(), "key": key(),
            })
        },
        required: &["task", "base_version", "column_id"],
        destroys: true,
        repeats: true,
        ..WRITES
    },
    Tool {
        name: "comment",
        title: "Comment on a task",
        about: "Markdown; [@Alice](mention:USER_ID) tells a member of it.",
        arguments: || json!({"task": task(), "project": project(), "body": {"type": "string"}, "key": key()}),
        required: &["task", "body"],
        ..WRITES
    },
    Tool {
        name: "link_tasks",
        title: "Let a task wait for another",
        about: "task begins after waits_for has ended; remove: true takes that back.",
        arguments: || {
            json!({
                "task": task(), "waits_for": task(), "project": project(), "lag_days": {"type": "integer"},
                "remove": {"type": "boolean"}, "key": key(),
            })
        },
        required: &["task", "waits_for"],
        destroys: true,
        repeats: true,
        ..WRITES
    },
    Tool {
        name: "archive_task",
        title: "Archive a task",
        about: "Off the board, with what hangs on it; restore: true brings it back.",
        arguments: || {
            json!({
                "task": task(), "project": project(), "base_version": version(), "restore": {"type": "boolean"}, "key": key(),
            })
        },
        required: &["task", "base_version"],
        destroys: true,
        repeats: true,
        ..WRITES
    },
    Tool {
        name: "undo",
        title: "Undo your run",
        about: "Takes back everything that you changed in a project from event from_seq on, at once, or nothing when others \
            changed the same since.",
        arguments: || {
            let seq = || json!({"type": "integer", "minimum": 1});
            json!({"project": project(), "from_seq": seq(), "to_seq": seq(), "key": key()})
        },
        required: &["project", "from_seq"],
        destroys: true,
        ..WRITES
    },
];

impl Tool {
    fn describe(&self) -> Value {
        let mut schema = json!({"type": "object"});
        let arguments = (self.arguments)();
        if arguments.as_object().is_some_and(|arguments| !arguments.is_empty()) {
            schema["properties"] = arguments;
        }
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema["additionalProperties"] = false.into();
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.about,
            "inputSchema": schema,
            "annotations": {
                "readOnlyHint": self.reads,
                "destructiveHint": self.destroys,
                "idempotentHint": self.repeats,
                "openWorldHint": false,
            },
        })
    }

    pub async fn call(&self, agent: &Agent, arguments: Map<String, Value>) -> Result<Value> {
        match self.name {
            "whoami" => reads::whoami(agent, arguments).await,
            "get_project" => reads::project(agent, arguments).await,
            "find_tasks" => reads::find(agent, arguments).await,
            "get_task" => reads::task(agent, arguments).await,
            "changes" => changes::follow(agent, arguments).await,
            "create_tasks" => writes::create(agent, arguments).await,
            "update_task" => writes::update(agent, arguments).await,
            "move_task" => writes::place(agent, arguments).await,
            "comment" => writes::comment(agent, arguments).await,
            "link_tasks" => writes::link(agent, arguments).await,
            "archive_task" => writes::archive(agent, arguments).await,
            _ => writes::undo(agent, arguments).await,
        }
    }
}

pub fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// The tools that a caller may use at this address.
pub fn list(agent: &Agent) -> Vec<Value> {
    let usable = |tool: &&Tool| tool.reads || (!agent.only_reads && agent.writes());
    TOOLS.iter().filter(usable).map(Tool::describe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_short() {
        let list: Vec<Value> = TOOLS.iter().map(Tool::describe).collect();
        let size = Value::from(list).to_string().len();
        assert!(size < 8_000, "{size} characters");
        assert!(TOOLS.len() <= 12);
    }

    #[test]
    fn every_edit_of_a_task_names_the_version_that_it_is_based_on() {
        for tool in TOOLS.iter().filter(|tool| !tool.reads) {
            let edits = tool.required.contains(&"task") && !["comment", "link_tasks"].contains(&tool.name);
            assert_eq!(tool.required.contains(&"base_version"), edits, "{}", tool.name);
        }
        for tool in &TOOLS {
            let arguments = (tool.arguments)();
            assert!(tool.required.iter().all(|name| arguments.get(name).is_some()), "{}", tool.name);
        }
    }
}
