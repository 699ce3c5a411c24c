//! Texts in many languages, and what finds them. The table is one: both databases have to give these hits in this order.

use serde_json::json;

use super::shown;
use crate::support::{Fields, app};

/// Titles and descriptions, in the order in which they are created.
const TASKS: [(&str, &str); 22] = [
    ("Café am Markt", ""),
    ("Update the résumé", ""),
    ("朝の運用フロー", ""),
    ("Жираф рисует мир", ""),
    ("Die Straße fegen", ""),
    ("Reise nach Łódź", ""),
    ("Den ﬁle öffnen", ""),
    ("프로젝트 관리를 시작", ""),
    ("ไปเที่ยวทะเลกันเถอะ", ""),
    ("Launch day 🚀🔥", "for everyone 👩‍💻"),
    ("İstanbul'a git", ""),
    ("Call Ömer", ""),
    ("Fix WEB-142 in src/main.rs", ""),
    ("Write to alice.b@example.com", ""),
    ("हिन्दी में काम करो", ""),
    ("كِتَاب جديد", ""),
    ("Ελλάδα: ΟΔΥΣΣΕΥΣ", ""),
    ("Plan the roof", "The plant on the sill needs water"),
    ("Plant a tree", "near the café"),
    ("Water the garden", "Plan it with Bob"),
    ("Roof plan", ""),
    ("Việt Nam, 東京 and Kraków", "ガソリン"),
];

const FOUND: &[(&str, &[&str])] = &[
    ("cafe", &["Café am Markt", "Plant a tree"]),
    ("CAFE\u{301}", &["Café am Markt", "Plant a tree"]),
    ("resum", &["Update the résumé"]),
    ("RÉSUMÉ", &["Update the résumé"]),
    ("運用", &["朝の運用フロー"]),
    ("朝の運用", &["朝の運用フロー"]),
    ("運", &["朝の運用フロー"]),
    ("フロ", &["朝の運用フロー"]),
    ("ー", &["朝の運用フロー"]),
    ("運朝", &[]),
    ("用 朝", &["朝の運用フロー"]),
    ("жир", &["Жираф рисует мир"]),
    ("ЖИРАФ", &["Жираф рисует мир"]),
    ("мир", &["Жираф рисует мир"]),
    ("ир", &[]),
    ("strasse", &["Die Straße fegen"]),
    ("STRASSE", &["Die Straße fegen"]),
    ("straß", &["Die Straße fegen"]),
    ("lodz", &["Reise nach Łódź"]),
    ("ŁÓDŹ", &["Reise nach Łódź"]),
    ("file", &["Den ﬁle öffnen"]),
    ("관리", &["프로젝트 관리를 시작"]),
    ("\u{1100}\u{116a}\u{11ab}\u{1105}\u{1175}", &["프로젝트 관리를 시작"]),
    ("프로젝트 시작", &["프로젝트 관리를 시작"]),
    ("เที่ยว", &["ไปเที่ยวทะเลกันเถอะ"]),
    ("ทะเล", &["ไปเที่ยวทะเลกันเถอะ"]),
    ("🚀", &["Launch day 🚀🔥"]),
    ("🔥", &["Launch day 🚀🔥"]),
    ("🚀🔥", &["Launch day 🚀🔥"]),
    ("🔥🚀", &[]),
    ("💻", &["Launch day 🚀🔥"]),
    ("istanbul", &["İstanbul'a git"]),
    ("İSTANBUL", &["İstanbul'a git"]),
    ("ISTANBUL'A", &["İstanbul'a git"]),
    ("ömer", &["Call Ömer"]),
    ("O\u{308}MER", &["Call Ömer"]),
    ("omer", &["Call Ömer"]),
    ("web-142", &["Fix WEB-142 in src/main.rs"]),
    ("142", &["Fix WEB-142 in src/main.rs"]),
    ("main.rs", &["Fix WEB-142 in src/main.rs"]),
    ("src/main", &["Fix WEB-142 in src/main.rs"]),
    ("\"main src\"", &[]),
    ("alice.b@example.com", &["Write to alice.b@example.com"]),
    ("example", &["Write to alice.b@example.com"]),
    ("\"alice com\"", &[]),
    ("काम", &["हिन्दी में काम करो"]),
    ("कम", &[]),
    ("كتاب", &["كِتَاب جديد"]),
    ("οδυσσευς", &["Ελλάδα: ΟΔΥΣΣΕΥΣ"]),
    ("ελλαδα", &["Ελλάδα: ΟΔΥΣΣΕΥΣ"]),
    ("viet nam", &["Việt Nam, 東京 and Kraków"]),
    ("東京 krakow", &["Việt Nam, 東京 and Kraków"]),
    ("ｶﾞｿﾘﾝ", &["Việt Nam, 東京 and Kraków"]),
    ("カソリン", &[]),
    // Whole words in titles, words that begin so in titles, then texts; the newest first.
    ("plan", &["Roof plan", "Plan the roof", "Plant a tree", "attachment: roof-plan.pdf", "Water the garden"]),
    ("roof plan", &["Roof plan", "Plan the roof", "attachment: roof-plan.pdf"]),
    ("\"plan the\"", &["Plan the roof"]),
    ("plan -roof", &["Plant a tree", "Water the garden"]),
    ("plan -\"roof plan\"", &["Plan the roof", "Plant a tree", "Water the garden"]),
    ("water plan", &["Water the garden", "Plan the roof"]),
    // No phrase goes from a title into its text.
    ("\"roof the plant\"", &[]),
    ("ladder", &["comment: The ladder is in the shed"]),
    ("pdf", &["attachment: roof-plan.pdf"]),
];

#[tokio::test]
async fn texts_are_found_in_any_language_and_in_one_order() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut tasks = vec![];
    for (title, text) in TASKS {
        tasks.push(project.task_with(&column, json!({"title": title, "description": text})).await);
    }
    let roof = tasks.iter().find(|task| task.str("title") == "Plan the roof").unwrap();
    project.comment(roof, "The **ladder** is in the shed").await;
    project.attach(&tasks[11], "roof-plan.pdf", b"%PDF-").await;
    for (query, found) in FOUND {
        assert_eq!(shown(&alice, query).await, *found, "{query}");
    }
}
