//! Sending: a push service that fails or is dead, and a server that dies meanwhile.

use super::*;

#[tokio::test]
async fn a_push_service_that_fails_is_asked_again_and_each_message_comes_once() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    let silent = Duration::from_secs(1);
    scene.service.reply(&[
        Reply::Status(500),
        Reply::Status(503),
        Reply::Status(403),
        Reply::With(307, "location", "https://127.0.0.1:1/elsewhere".into()),
        Reply::Silence,
        Reply::Endless(500),
        Reply::Endless(201),
    ]);
    let begin = Instant::now();
    scene.assign("Patience").await;
    scene.told_of(&browser, "Patience").await;
    let messages = scene.service.messages(7).await;
    assert!(begin.elapsed() >= silent, "an answer was not waited for");
    // Each is encrypted anew, and tells the same.
    let said: Vec<_> = messages.iter().map(|message| browser.read(message)).collect();
    assert!(said.iter().all(|one| one == &said[0]), "{said:?}");
    assert!(messages.windows(2).all(|pair| pair[0].body != pair[1].body));
    // The next comes by itself, and nothing was counted twice.
    scene.assign("Next").await;
    let all = scene.told_of(&browser, "Next").await;
    assert_eq!(all.len(), 8, "{all:?}");
    assert_eq!(subscription(&scene.bob).await["failing_since"], Value::Null);
    // What the sockets hold, and no gigabyte.
    let given = scene.service.given.load(Ordering::SeqCst);
    assert!(given < 32 * 1024 * 1024, "{given} bytes were taken");
}

#[tokio::test]
async fn a_push_service_says_when_to_come_back() {
    for status in [429, 503] {
        let scene = Scene::new().await;
        scene.subscribe(&scene.bob, "bob").await;
        scene.service.reply(&[Reply::With(status, "retry-after", "2".into())]);
        scene.assign("One").await;
        scene.service.messages(1).await;
        until("the failure", || async { subscription(&scene.bob).await["failing_since"].is_string().then_some(()) })
            .await;
        scene.assign("Two").await;
        let messages = scene.service.messages(2).await;
        let pause = messages[1].at - messages[0].at;
        assert!(pause >= Duration::from_millis(1_900), "{pause:?}");
    }
}

#[tokio::test]
async fn a_push_service_that_is_dead_is_given_up() {
    let scene = Scene::new().await;
    scene.subscribe(&scene.bob, "bob").await;
    scene.service.reply_always(Reply::Status(500));
    scene.assign("One").await;
    unsubscribed(&scene.bob).await;
    let tried = scene.service.received().len();
    assert!((8..40).contains(&tried), "{tried}");
    // A message that is too large is given up alone.
    let browser = scene.subscribe(&scene.bob, "again").await;
    scene.service.reply_always(Reply::Status(201));
    scene.service.reply(&[Reply::Status(413)]);
    scene.assign("Two").await;
    until("a message", || async { (scene.to(&browser).len() == 1).then_some(()) }).await;
    scene.assign("Three").await;
    until("the next message", || async { (scene.to(&browser).len() == 2).then_some(()) }).await;
    assert_eq!(subscription(&scene.bob).await["failing_since"], Value::Null);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_never_dialled() {
    let service = PushService::start().await;
    let settings = service.settings();
    let closed: Vec<_> = settings.iter().filter(|(name, _)| *name != "BOARDCAST_OUTGOING_NETWORKS").copied().collect();
    let (_app, alice, bob, _) = own_app(&closed).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let bob = bob.by_cookie().await;
    let body = Browser::new("bob").at(&format!("https://localhost:{}", service.port));
    bob.put("/me/push/subscription").json(body).await.ok();
    let column = project.column("To do").await;
    project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    until("the failure", || async { subscription(&bob).await["failing_since"].is_string().then_some(()) }).await;
    unsubscribed(&bob).await;
    assert_eq!(service.connections(), 0);
}

#[tokio::test]
async fn a_server_that_dies_while_it_sends_sends_at_most_once_more() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    scene.service.reply(&[Reply::Silence]);
    scene.assign("On its way").await;
    // The push service has the message, and the server does not know it yet.
    scene.service.messages(1).await;
    scene.app.signal("KILL");
    scene.app.ended().await;
    scene.app.start_again();
    scene.service.messages(2).await;
    scene.assign("After it").await;
    let said = scene.told_of(&browser, "After it").await;
    let twice: Vec<_> = said.iter().filter(|message| message.to_string().contains("On its way")).collect();
    assert_eq!(twice.len(), 2, "{said:?}");
    assert_eq!(twice[0], twice[1], "the device shows one");
}

#[tokio::test]
async fn what_was_written_before_a_server_died_is_sent_by_the_next() {
    // A message waits for five times as long: also on a busy machine none is on its way before the end.
    let scene = Scene::with(&[("BOARDCAST_TEST_PUSH_PACE", "300")]).await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    for n in 0..5 {
        scene.assign(&format!("Task {n}")).await;
    }
    scene.app.signal("KILL");
    scene.app.ended().await;
    scene.app.start_again();
    let said = until("all of them", || async { Some(scene.read(&browser)).filter(|all| all.len() >= 5) }).await;
    for n in 0..5 {
        let of = said.iter().filter(|message| message.to_string().contains(&format!("Task {n}"))).count();
        assert_eq!(of, 1, "{said:?}");
    }
}

#[tokio::test]
async fn the_server_dies_behind_the_answer_of_the_push_service() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    let mut app = scene.app.clone();
    app.restart_as(&Launch::default().with("BOARDCAST_TEST_KILL", "push.sent:1")).unwrap();
    // Without a look at the project afterwards: the server is gone by then.
    let alice = scene.project.by.on(&app).unchecked();
    let body = json!({"title": "On its way", "column_id": scene.column.id(), "assignee_ids": [scene.bob.id]});
    // The message may be sent, and the server be gone, before the answer is.
    let _ = alice.post(&scene.project.at("/tasks")).json(body).attempt().await;
    app.ended().await;
    app.start_again();
    scene.service.messages(2).await;
    scene.assign_on(&app, "After it").await;
    let said = scene.told_of(&browser, "After it").await;
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[0], said[1], "the device shows one");
}

/// Several servers on one database.
mod nodes {
    use super::*;

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn have_one_key_and_send_each_message_once() {
        let scene = Scene::new().await;
        scene.show_texts().await;
        let others = [scene.app.another_node(), scene.app.another_node()];
        let browser = scene.subscribe(&scene.bob, "bob").await;
        let key = async |app: &App| scene.bob.on(app).get("/me/push").await.ok().str("application_server_key");
        let here = key(&scene.app).await;
        for node in &others {
            assert_eq!(key(node).await, here);
        }
        for n in 0..30 {
            let alice = scene.project.by.on([&scene.app, &others[0], &others[1]][n % 3]);
            let body =
                json!({"title": format!("Task {n}."), "column_id": scene.column.id(), "assignee_ids": [scene.bob.id]});
            alice.unchecked().post(&scene.project.at("/tasks")).json(body).await.created();
        }
        scene.project.settle().await;
        until("all of them", || async { (scene.to(&browser).len() >= 30).then_some(()) }).await;
        scene.assign("The last one").await;
        let said = scene.told_of(&browser, "The last one").await;
        for n in 0..30 {
            let of = said.iter().filter(|message| message.to_string().contains(&format!("Task {n}."))).count();
            assert_eq!(of, 1, "task {n}");
        }
    }

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn that_start_together_make_one_key() {
        let home = Home::new(&[]).await;
        let nodes = futures_util::future::join_all((0..3).map(|_| {
            let home = home.clone();
            async move { tokio::task::spawn_blocking(move || App::of(&home)).await.unwrap() }
        }))
        .await;
        let alice = nodes[0].sign_up_by_cookie("Alice").await;
        let mut keys = vec![];
        for node in &nodes {
            keys.push(alice.on(node).get("/me/push").await.ok().str("application_server_key"));
        }
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}
