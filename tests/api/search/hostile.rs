//! What no person searches for: the syntax of both databases, signs, and texts without end.

use super::search;
use crate::support::{Fields, User, app};

async fn ask(user: &User, query: &str) -> crate::support::Answer {
    let url = reqwest::Url::parse_with_params("http://x/search", [("q", query)]).unwrap();
    user.get(&format!("/search?{}", url.query().unwrap())).await
}

#[tokio::test]
async fn the_syntax_of_a_database_is_a_text_like_any_other() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.task(&column, "Dahlia and tulips").await;
    for (query, found) in [
        ("dahlia AND tulips", 1),
        ("dahlia OR roses", 0),
        ("dahlia NOT tulips", 0),
        ("NEAR(dahlia tulips)", 0),
        ("tokens:dahlia", 0),
        ("{tokens} : dahlia", 0),
        ("^dahlia", 1),
        ("dahlia*", 1),
        ("dah* + lia", 0),
        ("dahlia & tulips", 1),
        ("dahlia | roses", 0),
        ("!dahlia", 1),
        ("dahlia <-> and", 1),
        ("dahlia <2> tulips", 0),
        ("dahlia:A", 0),
        ("dahlia:*", 1),
        ("'dahlia'", 1),
        ("dahlia'", 1),
        ("'; drop table tasks; --", 0),
        ("\\dahlia\\", 1),
        ("dahlia\"", 1),
        ("\"", 0),
        ("\"\"\"\"", 0),
        ("(((((", 0),
        ("$1 dahlia", 0),
        ("¤", 0),
        ("¶", 0),
        ("·dahlia", 1),
        ("¤ dahlia", 1),
        ("%", 0),
        ("-", 0),
        ("--", 0),
        ("\u{301}\u{302}", 0),
        ("\u{200b}\u{feff}", 0),
        ("…—–", 0),
        ("\u{fffd}\u{10ffff}", 0),
    ] {
        assert_eq!(search(&alice, query).await.len(), found, "{query}");
    }
    // A NUL is a blank like any other.
    assert_eq!(ask(&alice, "dahlia\0and").await.ok().list("items").len(), 1);
    assert_eq!(ask(&alice, "\0").await.ok().list("items").len(), 0);
}

#[tokio::test]
async fn only_what_is_not_wanted_is_everything_else() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    for title in ["Aster", "Begonia"] {
        project.task(&column, title).await;
    }
    assert_eq!(super::titles(&alice, "-aster").await, ["Begonia"]);
    assert_eq!(super::titles(&alice, "-aster -begonia").await, [""; 0]);
    assert_eq!(super::titles(&alice, "-nothing").await, ["Begonia", "Aster"]);
}

#[tokio::test]
async fn a_search_without_end_is_refused() {
    let (_, alice, ..) = app().await;
    ask(&alice, &"x".repeat(10_000)).await.problem(414, "uri_too_long");
    ask(&alice, &"x ".repeat(1_000)).await.invalid("/q");
    ask(&alice, &"ab ".repeat(33)).await.invalid("/q");
    ask(&alice, &"x".repeat(401)).await.invalid("/q");
    ask(&alice, &"x".repeat(400)).await.ok();
    ask(&alice, &"運".repeat(400)).await.ok();
    ask(&alice, &(0..32).map(|at| format!("w{at}")).collect::<Vec<_>>().join(" ")).await.ok();
    ask(&alice, &"-x ".repeat(32)).await.ok();
    ask(&alice, &"\u{fdfa}".repeat(400)).await.ok();
}

/// The longest text that is taken, of every sort: it is found by its beginning, and a change never fails because of it.
#[tokio::test]
async fn long_texts_are_indexed_up_to_a_limit() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let filled = |piece: &str| piece.repeat(65_000 / piece.len());
    let mut numbered = String::new();
    for number in 0.. {
        if numbered.len() > 64_000 {
            break;
        }
        let _ = std::fmt::Write::write_fmt(&mut numbered, format_args!("n{number} "));
    }
    for (start, text) in [
        ("peony", filled("a ")),
        ("phlox", filled("運用")),
        ("poppy", filled("\u{fdfa} ")),
        ("primrose", filled("x")),
        ("pansy", numbered),
        ("petunia", filled("🔥")),
    ] {
        let body = serde_json::json!({"title": "Long", "description": format!("{start} {text}")});
        let task = project.task_with(&column, body).await;
        let found = search(&alice, start).await;
        assert_eq!(found.len(), 1, "{start}");
        let shown: usize = found[0].list("snippet").iter().map(|piece| piece.str("text").chars().count()).sum();
        assert!(shown < 170, "{start}: {shown} characters are shown");
        alice.patch(&project.task_at(&task, "")).json(serde_json::json!({"description": "short"})).await.ok();
        assert!(search(&alice, start).await.is_empty(), "{start}");
    }
}
