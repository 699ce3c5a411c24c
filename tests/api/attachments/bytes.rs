//! The bytes of attachments: served as they came, in parts too, kept once, and deleted in time.

use super::*;

#[tokio::test]
async fn the_bytes_come_back_as_they_were_sent() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 3 == 0)]).collect();
    let one = form(&project, &task, &[part("name=file; filename=x.bin", &bytes)]).await.created();
    let hash = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(one["sha256"], hash);
    let path = content(&project, &one);
    let (status, headers, body) = get(alice.get(&path).header("Accept-Encoding", "gzip")).await;
    assert!(status == 200 && body == bytes);
    for (name, value) in [
        ("content-type", OCTETS),
        ("content-length", "700000"),
        ("content-encoding", ""),
        ("etag", &format!("\"{hash}\"")),
        ("accept-ranges", "bytes"),
        ("content-disposition", "attachment; filename=\"x.bin\"; filename*=UTF-8''x.bin"),
        ("cache-control", "private, no-cache"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(text(&headers, name), value, "{name}");
    }
    let (status, headers, body) = get(alice.call(Method::HEAD, &path)).await;
    assert_eq!((status, body.len(), text(&headers, "content-length")), (200, 0, "700000"));
    let known = format!("W/\"{hash}\"");
    let (status, headers, body) = get(alice.get(&path).header("If-None-Match", &known)).await;
    assert_eq!((status, body.len(), text(&headers, "cache-control")), (304, 0, "private, no-cache"));

    let nothing = alice.post(&project.task_at(&task, "/attachments?name=nothing.txt")).await;
    nothing.invalid("/file");
    let empty = raw(&project, &task, "empty.txt", b"").await.created();
    assert_eq!(empty["size"], 0);
    let (status, headers, body) = get(alice.get(&content(&project, &empty))).await;
    assert_eq!((status, body.len(), text(&headers, "content-length")), (200, 0, "0"));
}

#[tokio::test]
async fn a_part_of_the_bytes_is_served_by_its_range() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.txt", b"0123456789").await.created();
    let path = content(&project, &one);
    let etag = format!("\"{}\"", one.str("sha256"));
    for (range, part, shown) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-100", "89", "bytes 8-9/10"),
    ] {
        for same in [None, Some(&etag)] {
            let mut call = alice.get(&path).header("Range", range);
            if let Some(etag) = same {
                call = call.header("If-Range", etag);
            }
            let (status, headers, body) = get(call).await;
            assert_eq!((status, body.as_slice()), (206, part.as_bytes()), "{range}");
            assert_eq!(text(&headers, "content-range"), shown);
            assert_eq!(text(&headers, "content-length"), part.len().to_string());
            assert_eq!(text(&headers, "etag"), etag);
            assert_eq!(text(&headers, "content-security-policy"), "default-src 'none'; sandbox");
        }
    }
    for whole in ["bytes=0-1,4-5", "bytes=5-4", "lines=1-2", "bytes=x"] {
        let (status, _, body) = get(alice.get(&path).header("Range", whole)).await;
        assert_eq!((status, body.as_slice()), (200, &b"0123456789"[..]), "{whole}");
    }
    for other in ["\"other\"", "Wed, 21 Oct 2026 07:28:00 GMT", &format!("W/{etag}")] {
        let (status, ..) = get(alice.get(&path).header("Range", "bytes=0-3").header("If-Range", other)).await;
        assert_eq!(status, 200, "{other}");
    }
    for beyond in ["bytes=10-", "bytes=-0", "bytes=99999999999999999999-"] {
        let answer = alice.get(&path).header("Range", beyond).await;
        assert_eq!(answer.header("content-range"), "bytes */10", "{beyond}");
        answer.problem(416, "range_not_satisfiable");
    }
    let (status, ..) = get(alice.get(&path).header("Range", "bytes=0-3").header("If-None-Match", &etag)).await;
    assert_eq!(status, 304);
    let (status, headers, _) = get(alice.call(Method::HEAD, &path).header("Range", "bytes=0-3")).await;
    assert_eq!((status, text(&headers, "content-length")), (200, "10"));
}

#[tokio::test]
async fn a_browser_shows_pictures_and_nothing_that_could_run() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf";
    for (name, bytes, inline) in [
        ("a.png", png(2, 2).as_slice(), Some("image/png")),
        ("b.html", png(2, 2).as_slice(), Some("image/png")),
        ("c.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", Some("image/jpeg")),
        ("d.gif", b"GIF89a\x01\0\x01\0", Some("image/gif")),
        ("e.webp", b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
        ("f.avif", avif, Some("image/avif")),
        ("g.svg", script.as_bytes(), None),
        ("h.png", script.as_bytes(), None),
        ("i.png", b"<!DOCTYPE html><script>alert(1)</script>", None),
        ("j.jpg", b"  <img src=x onerror=alert(1)>", None),
        ("k.js", b"alert(1)", None),
        ("l.css", b"body{}", None),
        ("m.pdf", b"%PDF-1.7", None),
    ] {
        let one = raw(&project, &task, name, bytes).await.created();
        let path = content(&project, &one);
        for (query, inline) in [("", inline), ("?download=false", inline), ("?download=true", None)] {
            let (status, headers, body) = get(alice.get(&format!("{path}{query}"))).await;
            assert!(status == 200 && body == bytes, "{name}");
            let kind = if inline.is_some() { "inline; " } else { "attachment; " };
            assert!(text(&headers, "content-disposition").starts_with(kind), "{name}{query}: {headers:?}");
            if query != "?download=true" {
                assert_eq!(text(&headers, "content-type"), inline.unwrap_or(OCTETS), "{name}");
            }
            assert_eq!(text(&headers, "x-content-type-options"), "nosniff");
            assert_eq!(text(&headers, "content-security-policy"), "default-src 'none'; sandbox");
        }
    }
}

#[tokio::test]
async fn bytes_are_kept_once_and_go_a_day_after_the_last_attachment_that_has_them() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let bytes = png(500, 400);
    let one = raw(&project, &task, "one.png", &bytes).await.created();
    let two = raw(&project, &task, "two.png", &bytes).await.created();
    assert_eq!(one["sha256"], two["sha256"]);
    let small = project.at(&format!("/attachments/{}/thumbnail", two.id()));
    assert_eq!(get(alice.get(&small)).await.0, 200);
    assert_eq!(files(&app, "sha256").len(), 2, "the content, and its thumbnail");
    alice.delete(&project.at(&format!("/attachments/{}", one.id()))).await.no_content();
    alice.get(&content(&project, &one)).await.not_found();

    let now = Timestamp::now();
    let sweep = async |app: &boardcast::app::App, at: Timestamp| {
        blobs::sweep(&app.db, &app.files, at, at.minus(DAY)).await.unwrap();
    };
    meanwhile(&mut app, async |app| sweep(app, now.plus(DAY * 3)).await).await;
    let (there, by) = (project.on(&app), alice.on(&app));
    assert!(get(by.get(&content(&there, &two))).await.2 == bytes, "one of two is left");
    by.delete(&there.task_at(&task, "")).await.no_content();
    by.get(&content(&there, &two)).await.not_found();
    // The sweep that sees it first begins the day.
    meanwhile(&mut app, async |app| sweep(app, now.plus(DAY * 4)).await).await;
    assert_eq!(files(&app, "sha256").len(), 2);
    let (there, by) = (project.on(&app), alice.on(&app));
    let column = there.board().await.list("columns")[0].clone();
    let another = there.task(&column, "Another").await;
    let again = raw(&there, &another, "again.png", &bytes).await.created();
    meanwhile(&mut app, async |app| sweep(app, now.plus(DAY * 9)).await).await;
    let (there, by) = (there.on(&app), by.on(&app));
    assert!(get(by.get(&content(&there, &again))).await.2 == bytes, "it is referred to again");
    by.delete(&there.at("")).await.no_content();
    let deleted = now.plus(DAY * 40);
    meanwhile(&mut app, async |app| {
        boardcast::jobs::sweep(app, deleted).await.unwrap();
        sweep(app, deleted.plus(Duration::from_hours(23))).await;
    })
    .await;
    assert_eq!(files(&app, "sha256").len(), 2);
    meanwhile(&mut app, async |app| sweep(app, deleted.plus(DAY + Duration::from_secs(1))).await).await;
    assert_eq!(files(&app, ""), [""; 0]);
}

#[tokio::test]
async fn a_content_that_comes_back_while_its_bytes_go_gets_another_key() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x", b"bytes").await.created();
    alice.delete(&project.at(&format!("/attachments/{}", one.id()))).await.no_content();
    // The row is given up, and the node that was about to delete the bytes stands still.
    meanwhile(&mut app, async |app| {
        let retire = "insert into blob_deletions (key) select key from blobs";
        app.db.execute(retire, |query| query).await.unwrap();
        app.db.execute("delete from blobs", |query| query).await.unwrap();
    })
    .await;
    let project = project.on(&app);
    let two = raw(&project, &task, "x", b"bytes").await.created();
    meanwhile(&mut app, async |app| {
        let now = Timestamp::now();
        blobs::sweep(&app.db, &app.files, now, now.minus(DAY)).await.unwrap();
    })
    .await;
    let project = project.on(&app);
    assert_eq!(get(project.by.get(&content(&project, &two))).await.2, b"bytes");
    assert_eq!(files(&app, "sha256").len(), 1);
}

#[tokio::test]
async fn a_store_that_is_gone_is_said_to_be_and_comes_back() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.png", &png(9, 9)).await.created();
    let (here, away) = (app.home().data().join("files"), app.home().data().join("away"));
    project.told().await;
    std::fs::rename(&here, &away).unwrap();
    std::fs::write(&here, "a file").unwrap();
    let small = project.at(&format!("/attachments/{}/thumbnail", one.id()));
    for call in [raw(&project, &task, "y", b"y"), alice.get(&content(&project, &one)), alice.get(&small)] {
        let answer = call.await;
        assert_eq!(answer.header("retry-after"), "5");
        let problem = answer.problem(503, "store_unavailable");
        assert_eq!(problem["outcome"], "not_done");
    }
    project.told_nothing().await;
    std::fs::remove_file(&here).unwrap();
    std::fs::rename(&away, &here).unwrap();
    assert_eq!(get(alice.get(&small)).await.0, 200);
    raw(&project, &task, "y", b"y").await.created();
    assert_eq!(files(&app, "tmp"), [""; 0]);
}
