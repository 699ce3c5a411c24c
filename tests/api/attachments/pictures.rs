//! Pictures: thumbnails, covers, and those that texts show.

use super::*;

#[tokio::test]
async fn a_picture_has_thumbnails() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "Wide Ö.png", &png(2_000, 1_000)).await.created();
    assert_eq!((&one["width"], &one["height"]), (&json!(2_000), &json!(1_000)));
    let path = project.at(&format!("/attachments/{}/thumbnail", one.id()));
    for (query, width, name) in [("", 320, "small"), ("?size=small", 320, "small"), ("?size=large", 1_280, "large")] {
        let (status, headers, body) = get(alice.get(&format!("{path}{query}"))).await;
        assert_eq!(status, 200);
        let picture = image::load_from_memory(&body).unwrap();
        assert_eq!((picture.width(), picture.height()), (width, width / 2));
        let etag = format!("\"{}-{name}\"", one.str("sha256"));
        assert_eq!(text(&headers, "etag"), etag);
        assert_eq!(text(&headers, "content-type"), "image/jpeg");
        assert_eq!(text(&headers, "cache-control"), "private, no-cache");
        assert_eq!(text(&headers, "content-security-policy"), "default-src 'none'; sandbox");
        assert!(text(&headers, "content-disposition").starts_with("inline; "));
        let known = get(alice.get(&format!("{path}{query}")).header("If-None-Match", &etag)).await;
        assert_eq!((known.0, known.2.len()), (304, 0));
    }
    alice.get(&format!("{path}?size=huge")).await.invalid("/size");
}

#[tokio::test]
async fn what_is_no_picture_has_no_thumbnail() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    let mut broken = png(300, 300);
    broken.truncate(60);
    for (name, bytes) in [("bomb.png", bomb), ("broken.png", broken), ("x.txt", b"x".to_vec())] {
        let one = raw(&project, &task, name, &bytes).await.created();
        if name == "bomb.png" {
            assert!(one["width"].is_null(), "{one}");
        }
        let path = project.at(&format!("/attachments/{}/thumbnail", one.id()));
        // The second time it is known.
        for _ in 0..2 {
            alice.get(&path).await.not_found();
        }
        assert_eq!(get(alice.get(&content(&project, &one))).await.2, bytes);
    }
    assert_eq!(files(&app, "tmp"), [""; 0]);
}

#[tokio::test]
async fn a_cover_is_an_attachment_of_the_task_and_goes_with_it() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let column = project.board().await.list("columns")[0].clone();
    let other = project.task(&column, "Other").await;
    let one = raw(&project, &task, "x.png", &png(4, 4)).await.created();
    let two = raw(&project, &task, "y.png", &png(5, 5)).await.created();
    let of_other = raw(&project, &other, "z.png", &png(6, 6)).await.created();
    project.told().await;
    let path = project.task_at(&task, "");
    let cover = |id: Value| alice.patch(&path).json(json!({"cover_id": id}));
    assert_eq!(cover(one["id"].clone()).await.ok()["cover_id"], one["id"]);
    let event = project.told_only("task.changed").await;
    assert_eq!(event["changes"]["tasks"][0]["cover_id"], one["id"]);
    for id in [of_other["id"].clone(), json!(nobody()), json!("x"), json!(1)] {
        cover(id).await.invalid("/cover_id");
    }
    cover(Value::Null).await.ok();
    cover(one["id"].clone()).await.ok();
    project.told().await;
    let at = |one: &Value| project.at(&format!("/attachments/{}", one.id()));
    alice.delete(&at(&two)).await.no_content();
    let event = project.told_only("attachment.deleted").await;
    assert!(event["changes"]["tasks"][0].get("cover_id").is_none(), "{event}");
    alice.delete(&at(&one)).await.no_content();
    let event = project.told_only("attachment.deleted").await;
    let told = &event["changes"]["tasks"][0];
    assert!(told["cover_id"].is_null() && told.get("cover_id").is_some(), "{event}");
    assert_eq!(told["attachment_count"], 0);
    let detail = alice.get(&path).await.ok();
    assert!(detail["cover_id"].is_null());
    // With the task the cover goes too.
    alice.patch(&project.task_at(&other, "")).json(json!({"cover_id": of_other.id()})).await.ok();
    alice.delete(&project.task_at(&other, "")).await.no_content();
}

#[tokio::test]
async fn a_text_shows_pictures_of_its_project_and_no_others() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let (other, other_task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.png", &png(4, 4)).await.created();
    let foreign = raw(&other, &other_task, "y.png", &png(4, 4)).await.created();
    let text = format!("![plan](attachment:{}) ![plan](attachment:{})", one.id(), foreign.id());
    let described = alice.patch(&project.task_at(&task, "")).json(json!({"description": text})).await.ok();
    let html = described.str("description_html");
    assert!(html.contains(&format!("src=\"/api/v1{}\"", content(&project, &one))), "{html}");
    assert!(!html.contains(&foreign.id()), "{html}");
}
