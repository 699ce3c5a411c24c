//! Tables, of programs and of anybody.

use serde_json::{Value, json};

use super::{import, import_with, left, project_of, send, titled};
use crate::support::{Fields, Project, User, app, each};

async fn imported(by: &User, name: &str, text: &str, format: &str) -> (Value, Project, Value) {
    let over = import(by, name, text.as_bytes()).await;
    assert_eq!(over["format"], format, "{over}");
    let project = project_of(by, &over).await;
    let seq = project.seq().await;
    let again = import(by, name, text.as_bytes()).await;
    assert_eq!((again["report"].int("events"), project.seq().await), (0, seq), "{again}");
    let board = project.board().await;
    (over, project, board)
}

#[tokio::test]
async fn a_table_of_anybody() {
    let (_, alice, ..) = app().await;
    let text = "Title;Status;Tags;Due date;Weight;Assignee\r\n\"a; \"\"b\"\"\r\nc\";Doing;red, blue;13.02.2026;7 kg;Bob\r\n\r\nGröße;Done;;;;\r\nGröße;Doing;;;;\r\n";
    // What Windows writes in the West.
    let western: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let over = import(&alice, "List of mine.csv", &western).await;
    let project = project_of(&alice, &over).await;
    assert_eq!(alice.get(&project.at("")).await.ok()["name"], "List of mine");
    let board = project.board().await;
    assert_eq!(each(&board.list("columns"), "name"), ["Doing", "Done"]);
    let task = titled(&board, "a; \"b\"  c");
    assert_eq!((task.str("due_on"), task.list("label_ids").len()), ("2026-02-13".into(), 2));
    assert!(alice.get(&project.task_at(&task, "")).await.ok().str("description").contains("| Weight | 7 kg |"));
    assert_eq!(board.list("tasks").iter().filter(|task| task["title"] == "Größe").count(), 2);
    assert_eq!(over["report"].list("preview").len(), 3);
    let again = import(&alice, "List of mine.csv", &western).await;
    assert_eq!(again["report"].int("events"), 0);
}

#[tokio::test]
async fn what_a_table_does_not_say_is_asked() {
    let (_, alice, ..) = app().await;
    let dates = b"Name,Due,Note\nx,05/06/2026,\ny,07/08/2026,=1+1\n";
    let refused = send(&alice, "", "t.csv", dates, &[]).await.invalid("/mapping/date_order");
    assert!(refused.str("detail").contains("dmy or mdy"), "{refused}");
    for (order, day) in [("dmy", "2026-06-05"), ("mdy", "2026-05-06")] {
        let mapping = json!({"date_order": order, "new_project": true}).to_string();
        let over = import_with(&alice, "", "t.csv", dates, &[("mapping", &mapping)]).await;
        let board = project_of(&alice, &over).await.board().await;
        assert_eq!(titled(&board, "x")["due_on"], day);
    }
    // Which column is what.
    let other = b"Was,Wo,Wann\nkochen,Heute,2026-01-02\n";
    send(&alice, "", "t.csv", other, &[]).await.invalid("/mapping/columns");
    let mapping = json!({"columns": {"Was": "title", "Wo": "column", "Wann": "ignore"}}).to_string();
    let over = import_with(&alice, "", "u.csv", other, &[("mapping", &mapping)]).await;
    let board = project_of(&alice, &over).await.board().await;
    assert_eq!(board.list("columns")[0]["name"], "Heute");
    assert_eq!(left(&over, "Wann"), 1);
    for (mapping, pointer) in [
        (r#"{"columns": {"Nix": "title"}}"#, "/mapping/columns/Nix"),
        (r#"{"columns": {"Was": "nonsense"}}"#, "/mapping/columns/Was"),
        (r#"{"unknown": 1}"#, "/mapping/unknown"),
        ("nonsense", "/mapping"),
        (r#"{"encoding": "klingon"}"#, "/mapping/encoding"),
    ] {
        send(&alice, "", "t.csv", other, &[("mapping", mapping)]).await.invalid(pointer);
    }
}

#[tokio::test]
async fn jira() {
    let (_, alice, ..) = app().await;
    let text = "\u{feff}Summary,Issue key,Status,Priority,Assignee,Created,Due date,Description,Labels,Labels,Comment,Comment,Outward issue link (Blocks),Custom field (Story point estimate),Attachment,Watchers Id\n\
                \"One, two\",AB-7,To Do,High,Bob,27/Oct/24 2:30 AM,29/Feb/24 12:00 AM,text,a,b,27/Oct/24 3:00 AM;bob;first; and more,28/Oct/24 3:00 AM;eve;second,AB-8,5,27/Oct/24 3:00 AM;bob;plan.png;https://example.org/plan.png,12\n\
                Three,AB-8,Done,Lowest,,,,,,,,,,,,\n";
    let (over, project, board) = imported(&alice, "jira.csv", text, "jira_csv").await;
    let one = titled(&board, "One, two");
    assert_eq!((one.int("number"), one.str("priority"), one.str("due_on")), (7, "high".into(), "2024-02-29".into()));
    assert_eq!((one["estimate"].clone(), one.list("label_ids").len()), (json!(5.0), 2));
    let comments = project.comments(&one).await;
    assert_eq!(each(&comments, "body"), ["first; and more", "second"]);
    assert_eq!(comments[0]["created_at"], "2024-10-27T00:00:00.000Z");
    let dependency = &board.list("dependencies")[0];
    assert_eq!((&dependency["task_id"], &dependency["depends_on_id"]), (&titled(&board, "Three")["id"], &one["id"]));
    assert_eq!(left(&over, "Watchers Id"), 1);
    // Only what has to be there.
    imported(&alice, "jira2.csv", "Issue key,Summary\nCD-1,x\n", "jira_csv").await;
}

#[tokio::test]
async fn asana_linear_and_github() {
    let (_, alice, ..) = app().await;
    let asana = "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes,Projects,Parent Task,Blocked By (Dependencies)\n\
                 1,2024-01-01,2024-01-05,2024-01-05,Build,Next,Bob,bob@nowhere.example,2024-01-02,2024-01-04,\"x,y\",notes,P,,\n2,2024-01-01,,,Paint,Next,,,,,,,P,Build,Build\n";
    let (_, _, board) = imported(&alice, "asana.csv", asana, "asana_csv").await;
    assert_eq!(titled(&board, "Build")["completed_at"], "2024-01-05T00:00:00.000Z");
    assert_eq!(board.list("dependencies").len(), 1);
    assert_eq!(board.list("labels").len(), 2);

    let linear = "ID,Team,Title,Description,Status,Estimate,Priority,Project,Creator,Assignee,Labels,Created,Updated,Completed,Canceled,Archived,Due Date\n\
                  ENG-3,Eng,Fix,it,In Progress,2,Urgent,Web,eve@nowhere.example,bob@nowhere.example,\"bug, ui\",2024-01-01T00:00:00.000Z,,,,,2024-02-01\n\
                  ENG-4,Eng,Old,,Done,,No priority,,,,,2024-01-01T00:00:00.000Z,,2024-01-09T00:00:00.000Z,,2024-02-01T00:00:00.000Z,\n";
    let (over, _, board) = imported(&alice, "linear.csv", linear, "linear_csv").await;
    let fix = titled(&board, "Fix");
    assert_eq!((fix.int("number"), fix.str("priority"), fix.list("assignee_ids").len()), (3, "urgent".into(), 1));
    assert_eq!((board.list("tasks").len(), over["report"]["taken"].int("tasks")), (1, 2));

    let github = "Title\tURL\tAssignees\tStatus\tLabels\tMilestone\nA bug\thttps://github.com/o/r/issues/12\tbob\tTodo\tbug\tv1\nDraft\t\t\tDone\t\t\n";
    let (_, _, board) = imported(&alice, "board.tsv", github, "github_tsv").await;
    assert_eq!(titled(&board, "A bug")["number"], 12);
    assert_eq!(board.list("milestones")[0]["name"], "v1");
}

#[tokio::test]
async fn todoist_and_ticktick() {
    let (_, alice, ..) = app().await;
    let todoist = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n\
                   task,Call @phone Bob,about it,1,1,Eve (12),,2026-05-04,en,\ntask,dial,,4,2,,,,,\nnote,rings,,,,Eve (12),,2024-01-01T00:00:00Z,,\n,,,,,,,,,\n\
                   section,Later,,,,,,,,\ntask,Weekly,,4,1,,,every monday,en,\n";
    let (over, project, board) = imported(&alice, "Todo.csv", todoist, "todoist_csv").await;
    assert_eq!(each(&board.list("columns"), "name"), ["Tasks", "Later"]);
    let call = titled(&board, "Call Bob");
    assert_eq!((call.str("due_on"), call.str("priority")), ("2026-05-04".into(), "urgent".into()));
    assert_eq!(board.list("labels")[0]["name"], "phone");
    assert_eq!(board.list("checklist_items")[0]["text"], "dial");
    assert_eq!(each(&project.comments(&call).await, "body"), ["rings"]);
    assert_eq!(left(&over, "dates in words"), 1);

    let ticktick = "\u{feff}\"Date: 2025-11-25+0000\"\n\"Version: 7.1\"\n\"Status: \n0 Normal\n1 Completed\"\n\
                    \"Folder Name\",\"List Name\",\"Title\",\"Content\",\"Start Date\",\"Due Date\",\"Priority\",\"Status\",\"Created Time\",\"Completed Time\",\"taskId\",\"parentId\"\n\
                    \"F\",\"Shopping\",\"Milk\",\"two\",\"\",\"2018-12-11T23:00:00+0000\",\"5\",\"0\",\"2018-12-01T15:09:48+0000\",\"\",\"1\",\"\"\n\
                    \"F\",\"Shopping\",\"Bread\",\"\",\"\",\"\",\"0\",\"1\",\"2018-12-01T15:09:48+0000\",\"2018-12-02T15:09:48+0000\",\"2\",\"1\"\n";
    let cookie = alice.by_cookie().await;
    cookie.patch("/me").json(json!({"time_zone": "Europe/Berlin"})).await.ok();
    let (_, _, board) = imported(&alice, "TickTick.csv", ticktick, "ticktick_csv").await;
    // Eleven at night in London is the next day in Berlin.
    assert_eq!(titled(&board, "Milk")["due_on"], "2018-12-12");
    assert_eq!(titled(&board, "Milk")["priority"], "high");
    assert_eq!(titled(&board, "Bread")["completed_at"], "2018-12-02T15:09:48.000Z");
}
