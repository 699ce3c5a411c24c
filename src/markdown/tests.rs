//! What is shown of what people write, and what of it does nothing.

use uuid::Uuid;

use super::*;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn known() -> Known {
    let name = |key: Option<&str>, number| TaskName { key: key.map(Into::into), number };
    Known {
        project: id(9),
        tasks: [(name(None, 12), "/p/WEB/board/12".into()), (name(Some("WEB"), 12), "/p/WEB/board/12".into())].into(),
        people: [(id(1), "Alice <3".into())].into(),
        attachments: [id(5)].into(),
    }
}

fn html(text: &str) -> String {
    render(text, &known(), Boxes::Named).trim_end().to_owned()
}

#[test]
fn what_people_write_is_shown() {
    for (text, shown) in [
        ("", ""),
        ("Plain", "<p>Plain</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        (
            "**bold** *soft* ~~gone~~ `code`",
            "<p><strong>bold</strong> <em>soft</em> <del>gone</del> <code>code</code></p>",
        ),
        ("```rust\nlet a = 1 < 2;\n```", "<pre><code class=\"language-rust\">let a = 1 &lt; 2;\n</code></pre>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("3. three\n4. four", "<ol start=\"3\">\n<li>three</li>\n<li>four</li>\n</ol>"),
        ("<b>not bold</b>", "<p>&lt;b&gt;not bold&lt;/b&gt;</p>"),
    ] {
        assert_eq!(html(text), shown, "{text}");
    }
    assert!(html("|a|b|\n|-|:-:|\n|1|2|").contains("<td align=\"center\">2</td>"));
}

#[test]
fn links_lead_where_they_may() {
    let outside = "target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\"";
    assert_eq!(
        html("[x](https://example.com/?a=1&b=2)"),
        format!("<p><a href=\"https://example.com/?a=1&amp;b=2\" {outside}>x</a></p>")
    );
    assert_eq!(
        html("see https://example.com/a."),
        format!("<p>see <a href=\"https://example.com/a\" {outside}>https://example.com/a</a>.</p>")
    );
    assert_eq!(html("[x](/p/WEB/board)"), "<p><a href=\"/p/WEB/board\">x</a></p>");
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.com",
        "/\\example.com",
        "file:///etc/passwd",
        "mention:x",
        "x",
        "<java\tscript:x>",
    ] {
        assert_eq!(html(&format!("[x]({url})")).matches("<a").count(), 0, "{url}");
    }
}

#[test]
fn images_are_those_of_the_project() {
    let (mine, other) = (id(5), id(6));
    assert_eq!(
        html(&format!("![a \"plan\"](attachment:{mine})")),
        format!(
            "<p><img src=\"/api/v1/projects/{}/attachments/{mine}/content\" alt=\"a &quot;plan&quot;\" loading=\"lazy\"></p>",
            id(9)
        ),
    );
    assert_eq!(html(&format!("![plan](attachment:{other})")), "<p>plan</p>");
    assert!(html("![plan](https://example.com/a.png)").starts_with("<p><a href=\"https://example.com/a.png\""));
    assert!(!html("![plan](/api/v1/session)").contains("<img"));
    assert!(!html("![](javascript:x)").contains("<img"));
}

#[test]
fn tasks_and_people_are_named() {
    let link = |words: &str| format!("<a class=\"reference\" href=\"/p/WEB/board/12\">{words}</a>");
    assert_eq!(html("As #12, and WEB-12."), format!("<p>As {}, and {}.</p>", link("#12"), link("WEB-12")));
    for text in
        ["WEB-13", "#13", "AWEB-12", "WEB-12a", "WEB-012", "x#12", "`#12`", "WEB-12-3", "web-12", "/p/WEB-12", "&#12;"]
    {
        assert_eq!(html(text).matches("reference").count(), 0, "{text}");
    }
    assert_eq!(html("[#12](https://example.com)").matches("<a").count(), 1);
    let mention = format!("[@Bob](mention:{})", id(1));
    assert_eq!(
        html(&mention),
        format!("<p><span class=\"mention\" data-mention=\"{}\">@Alice &lt;3</span></p>", id(1))
    );
    assert_eq!(html(&format!("[@Bob](mention:{})", id(2))), "<p>@Bob</p>");
    let found = names(&format!("{mention} on #12 and WEB-7, `#8`, ![x](attachment:{})", id(5)));
    assert_eq!(found.people, [id(1)].into());
    assert_eq!(found.attachments, [id(5)].into());
    assert_eq!(found.tasks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["#12", "WEB-7"]);
}

#[test]
fn a_box_is_ticked_where_it_stands() {
    let text = "Before\r\n\r\n- [ ] one\r\n- [x] two\n  * [ ] one\n\n1. [ ] three\n- [] no box\n`- [ ] code`\n";
    let shown = html(text);
    let names: Vec<String> =
        shown.split("data-box=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 4, "{shown}");
    assert!(names[0].ends_with("-1") && names[2] == names[0].replace("-1", "-2"), "{names:?}");
    assert_eq!(set_box(text, &names[2], true).unwrap(), text.replace("  * [ ] one", "  * [x] one"));
    assert_eq!(set_box(text, &names[1], false).unwrap(), text.replace("- [x] two", "- [ ] two"));
    assert_eq!(set_box(text, &names[1], true).unwrap(), text);
    // A line that comes before it does not take its name.
    assert!(set_box(&format!("- [ ] zero\n{text}"), &names[1], false).unwrap().contains("- [ ] two"));
    assert_eq!(set_box(&text.replace("two", "2"), &names[1], false), None);
    assert_eq!(set_box(text, "x", true), None);
    assert!(html("- [x] done").contains("checked"), "{}", html("- [x] done"));
    assert!(!render("- [x] done", &known(), Boxes::Shown).contains("data-box"));
    // What stands beside a box need not be a paragraph.
    for text in ["- [x] # heading", "- [x]\n  ```\n  code\n  ```", "> 1. [x] > quoted"] {
        assert!(html(text).contains("<li>"), "{}", html(text));
    }
}

#[test]
fn an_excerpt_is_words() {
    assert_eq!(excerpt("# Plan\n\n**Ship** [it](https://example.com)\n- a\n- `b`", 200), "Plan Ship it a b");
    assert_eq!(excerpt("It says:\n```\nno\n```\nnow\n<div>\nand here", 200), "It says: no now <div> and here");
    assert_eq!(excerpt("ééé ééé", 4), "ééé…");
    assert_eq!(excerpt("<b>x</b>", 9), "<b>x</b>");
}

/// Deep and long texts: no stack overflows, and nothing takes more than the square of what half of it takes.
#[test]
fn hostile_texts_end() {
    let most = 16 * 1024;
    let lazy = format!("{}\n{}", ">".repeat(most), "a\n".repeat(most / 2));
    let html = render(&lazy, &known(), Boxes::Named);
    assert!(deepest(&html) <= 60);
    for piece in [
        ">",
        "> ",
        "[",
        "![",
        "*",
        "**a ",
        "_a",
        "`",
        "``` ",
        "- ",
        "* a\n",
        "1. ",
        "|",
        "|-",
        "<",
        "&",
        "~~",
        "[a](",
        "[a]: /x\n",
        "[a]",
        "\\",
        "#12 ",
        "- [ ] a\n",
        "\t",
        "![[",
        "<a ",
        "](",
        "*a _b ",
        "- > ",
    ] {
        let text = piece.repeat(most / piece.len());
        let html = render(&text, &known(), Boxes::Named);
        assert!(html.len() <= 40 * most, "{piece:?} makes {} bytes", html.len());
        let depth = deepest(&html);
        assert!(depth <= 60, "{piece:?} is {depth} deep");
        let _ = (names(&text), excerpt(&text, 200), set_box(&text, "x", true));
    }
}

/// How deep the tags of a text are nested.
fn deepest(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        if tag.starts_with('/') {
            depth -= 1;
        } else if !["br", "hr", "img", "input"].iter().any(|void| tag.starts_with(void)) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}
