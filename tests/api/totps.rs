//! The second factor: turned on and off, asked for at every sign-in, once for each code. The mail is tested beside the others.

use std::{
    collections::BTreeSet,
    process::Stdio,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use totp_rs::{Algorithm, Secret, TOTP};

use crate::support::{Answer, App, Auth, Fields, PASSWORD, User, app, cookie_at, each, own_app, until};

const STEP: u64 = 30;

/// A clock that a test moves from the middle of one step to the middle of the next.
struct Clock {
    folder: tempfile::TempDir,
    base: u64,
    steps: u64,
}

impl Clock {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let clock = Self { folder: tempfile::tempdir().unwrap(), base: now - now % STEP + STEP / 2, steps: 0 };
        clock.write();
        clock
    }

    fn now(&self) -> u64 {
        self.base + self.steps * STEP
    }

    fn write(&self) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let then = Duration::from_secs(self.now());
        let shift = i64::try_from(then.as_millis()).unwrap() - i64::try_from(now.as_millis()).unwrap();
        let next = self.folder.path().join("next");
        std::fs::write(&next, shift.to_string()).unwrap();
        std::fs::rename(next, self.folder.path().join("clock")).unwrap();
    }

    fn forward(&mut self, steps: u64) {
        self.steps += steps;
        self.write();
    }

    async fn app(&self, more: &[(&str, &str)]) -> (App, User, User, User) {
        let file = self.folder.path().join("clock");
        let settings: Vec<_> =
            [("BOARDCAST_TEST_CLOCK_FILE", file.to_str().unwrap())].into_iter().chain(more.iter().copied()).collect();
        own_app(&settings).await
    }
}

/// The code that an app shows at this second.
fn code(secret: &str, at: u64) -> String {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    TOTP::new(Algorithm::SHA1, 6, 1, STEP, secret).unwrap().generate(at)
}

/// A code that is none of now.
fn wrong(secret: &str, at: u64) -> String {
    let right: BTreeSet<_> = (0..=4).map(|step| code(secret, at + step * STEP - 2 * STEP)).collect();
    (0..10).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).unwrap()
}

/// Turn it on in this session, by the code of this moment. Answers the session that goes on, the secret, and the recovery codes.
async fn turn_on(by: &User, clock: &Clock) -> (User, String, Vec<String>) {
    let made = by.post("/me/totp").json(json!({"current_password": PASSWORD})).await.ok();
    let secret = made.str("secret");
    let answer = by.put("/me/totp").json(json!({"code": code(&secret, clock.now())})).await;
    let on = by.with(Auth::Cookie(answer.cookie()));
    let codes = answer.ok().list("recovery_codes").iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    (on, secret, codes)
}

/// The code of this moment, for a server whose clock is right.
pub fn code_now(secret: &str) -> String {
    code(secret, SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
}

/// The same on a server whose clock is right.
pub async fn turn_on_now(by: &User) {
    let made = by.post("/me/totp").json(json!({"current_password": PASSWORD})).await.ok();
    by.put("/me/totp").json(json!({"code": code_now(&made.str("secret"))})).await.ok();
}

/// Waits until so many lines of the log have this in them, and answers them: a line is written by itself.
async fn logged(app: &App, part: &str, count: usize) -> Vec<String> {
    until("lines of the log", || async {
        let lines: Vec<String> = app.log().lines().filter(|line| line.contains(part)).map(ToOwned::to_owned).collect();
        (lines.len() >= count).then_some(lines)
    })
    .await
}

async fn sign_in(app: &App, user: &User, password: &str) -> Answer {
    app.anonymous().post("/session").json(json!({"email": user.email, "password": password, "remember": true})).await
}

/// The cookie of a sign-in that waits.
async fn pending(app: &App, user: &User) -> String {
    let answer = sign_in(app, user, PASSWORD).await;
    let cookie = answer.cookie();
    answer.problem(401, "second_factor_required");
    cookie
}

async fn complete(app: &App, pending: &str, code: &str) -> Answer {
    app.anonymous().post("/session/totp").header("Cookie", pending).json(json!({"code": code})).await
}

#[tokio::test]
async fn it_is_turned_on_by_a_first_code_and_ends_the_other_sessions() {
    let clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    assert_eq!(here.get("/me/totp").await.ok(), json!({"enabled_at": null, "recovery_codes_left": 0}));
    here.put("/me/totp").json(json!({"code": "123456"})).await.problem(409, "totp_not_begun");
    let begin = |password: &str| here.post("/me/totp").json(json!({"current_password": password}));
    begin("not-this-one-1").await.invalid("/current_password");
    let (first, second) = (begin(PASSWORD).await.ok(), begin(PASSWORD).await.ok());
    let secret = second.str("secret");
    assert_ne!(first.str("secret"), secret);
    let uri = second.str("uri");
    assert!(uri.starts_with("otpauth://totp/Boardcast") && uri.contains(&format!("secret={secret}&")), "{uri}");
    assert!(second.str("qr").contains("<svg"), "{second}");
    // Nothing of it counts yet, and the first secret does no more.
    for code in [code(&first.str("secret"), clock.now()), wrong(&secret, clock.now()), "x".into(), String::new()] {
        here.put("/me/totp").json(json!({"code": code})).await.invalid("/code");
    }
    sign_in(&app, &alice, PASSWORD).await.ok();
    there.get("/session").await.ok();

    let answer = here.put("/me/totp").json(json!({"code": code(&secret, clock.now())})).await;
    let renewed = here.with(Auth::Cookie(answer.cookie()));
    let codes = answer.ok().list("recovery_codes");
    let distinct: BTreeSet<_> = codes.iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(distinct.len(), 10, "{codes:?}");
    for gone in [&here, &there] {
        gone.get("/session").await.problem(401, "unauthenticated");
    }
    let state = renewed.get("/me/totp").await.ok();
    assert!(state["enabled_at"].is_string() && state["recovery_codes_left"] == 10, "{state}");
    begin(PASSWORD).await.problem(401, "unauthenticated");
    let again = renewed.post("/me/totp").json(json!({"current_password": PASSWORD})).await;
    again.problem(409, "totp_on");
    // Programs go on with their tokens, and learn nothing of it.
    alice.get("/me").await.ok();
    alice.get("/me/totp").await.problem(403, "session_required");
    let found = app.administrator().await.get(&format!("/admin/users?q={}", alice.email)).await.ok();
    assert_eq!(found["items"][0]["totp"], true);
}

#[tokio::test]
async fn the_right_password_alone_begins_no_session() {
    let mut clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    let (_, secret, _) = turn_on(&alice.by_cookie().await, &clock).await;
    let refused = sign_in(&app, &alice, "not-this-one-1").await;
    assert!(refused.set_cookie().is_none());
    refused.problem(401, "wrong_credentials");

    let answer = sign_in(&app, &alice, PASSWORD).await;
    let line = answer.set_cookie().unwrap().to_lowercase();
    for part in ["httponly", "samesite=strict", "path=/", "max-age=300"] {
        assert!(line.contains(part), "{line}");
    }
    assert!(!line.contains("domain=") && !line.contains("secure"), "{line}");
    let waits = answer.cookie();
    answer.problem(401, "second_factor_required");
    // Under its own name and under that of a session it opens nothing.
    let value = waits.split_once('=').unwrap().1;
    for cookie in [waits.clone(), format!("{}{value}", cookie_at("sid=", &app.url))] {
        for path in ["/session", "/me", "/projects"] {
            app.anonymous().get(path).header("Cookie", &cookie).await.problem(401, "unauthenticated");
        }
    }
    // The code that turned it on was used, and one from too far away is none.
    for old in [code(&secret, clock.now()), code(&secret, clock.now() + 2 * STEP), wrong(&secret, clock.now())] {
        complete(&app, &waits, &old).await.problem(401, "wrong_code");
    }
    for cookie in ["", "x=y", &format!("{waits}x")] {
        complete(&app, cookie, &code(&secret, clock.now() + STEP)).await.problem(401, "sign_in_expired");
    }
    // With a token no cookie is looked at.
    let call = alice.post("/session/totp").header("Cookie", &waits).json(json!({"code": "123456"}));
    call.await.problem(401, "sign_in_expired");
    // A clock that is one step behind.
    clock.forward(2);
    let next = code(&secret, clock.now() - STEP);
    let other = pending(&app, &alice).await;
    let answer = complete(&app, &waits, &format!(" {} {} ", &next[..3], &next[3..])).await;
    let line = answer.set_cookie().unwrap().to_lowercase();
    assert!(line.contains("max-age="), "it is remembered, as was asked with the password: {line}");
    let session = alice.with(Auth::Cookie(answer.cookie()));
    assert_eq!(answer.ok()["user"]["id"], alice.id);
    assert_eq!(session.get("/session").await.ok()["user"]["id"], alice.id);
    // The sign-in is over, and the code is worth nothing in another one; nor is an older one.
    complete(&app, &waits, &code(&secret, clock.now())).await.problem(401, "sign_in_expired");
    complete(&app, &other, &next).await.problem(401, "wrong_code");
    // A clock that is one step ahead; what is between is too late then.
    complete(&app, &other, &code(&secret, clock.now() + STEP)).await.ok();
    let late = pending(&app, &alice).await;
    complete(&app, &late, &code(&secret, clock.now())).await.problem(401, "wrong_code");
}

#[tokio::test]
async fn a_code_that_is_shown_many_times_at_once_works_once() {
    let mut clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    let (_, secret, codes) = turn_on(&alice.by_cookie().await, &clock).await;
    clock.forward(1);
    for shown in [code(&secret, clock.now()), codes[3].clone()] {
        let mut waiting = vec![];
        for _ in 0..8 {
            waiting.push(pending(&app, &alice).await);
        }
        let attempts = waiting.iter().map(|cookie| {
            let (app, cookie, shown) = (app.clone(), cookie.clone(), shown.clone());
            tokio::spawn(async move { complete(&app, &cookie, &shown).await })
        });
        let attempts: Vec<_> = attempts.collect();
        let mut signed_in = 0;
        for attempt in attempts {
            let answer = attempt.await.unwrap();
            match answer.status {
                200 => signed_in += 1,
                _ => drop(answer.problem(401, "wrong_code")),
            }
        }
        assert_eq!(signed_in, 1, "{shown}");
    }
    // One wait that is completed many times at once, by codes that are all right.
    let waits = pending(&app, &alice).await;
    let attempts: Vec<_> = codes[4..]
        .iter()
        .map(|shown| {
            let (app, cookie, shown) = (app.clone(), waits.clone(), shown.clone());
            tokio::spawn(async move { complete(&app, &cookie, &shown).await.status })
        })
        .collect();
    let mut statuses = vec![];
    for attempt in attempts {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401, 401, 401]);
}

#[tokio::test]
async fn each_recovery_code_signs_in_once() {
    let clock = Clock::new();
    let (app, alice, bob, _) = clock.app(&[]).await;
    let (_, _, codes) = turn_on(&alice.by_cookie().await, &clock).await;
    let (_, _, of_bob) = turn_on(&bob.by_cookie().await, &clock).await;
    for (used, code) in codes.iter().enumerate() {
        let waits = pending(&app, &alice).await;
        complete(&app, &waits, &of_bob[used]).await.problem(401, "wrong_code");
        let typed = if used % 2 == 0 { code.to_uppercase().replace('-', " ") } else { code.clone() };
        let answer = complete(&app, &waits, &typed).await;
        let session = alice.with(Auth::Cookie(answer.cookie()));
        answer.ok();
        assert_eq!(session.get("/me/totp").await.ok()["recovery_codes_left"], json!(9 - used));
        let again = pending(&app, &alice).await;
        complete(&app, &again, code).await.problem(401, "wrong_code");
    }
    assert_eq!(logged(&app, "act=\"recovery_code\"", 10).await.len(), 10);
}

#[tokio::test]
async fn a_new_password_is_no_way_around_it_and_ends_what_waits() {
    let mut clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    let (session, secret, _) = turn_on(&alice.by_cookie().await, &clock).await;
    let before = pending(&app, &alice).await;
    let url = app.administrator().await.post(&format!("/admin/users/{}/password-link", alice.id)).await.created();
    let body = json!({"secret": url.str("url").split_once('#').unwrap().1, "password": "another-orchid-lantern-9"});
    app.anonymous().put("/password-resets").json(body).await.no_content();
    session.get("/session").await.problem(401, "unauthenticated");
    clock.forward(1);
    complete(&app, &before, &code(&secret, clock.now())).await.problem(401, "sign_in_expired");
    let answer = sign_in(&app, &alice, "another-orchid-lantern-9").await;
    let waits = answer.cookie();
    answer.problem(401, "second_factor_required");
    let session = complete(&app, &waits, &code(&secret, clock.now())).await.cookie();
    let session = alice.with(Auth::Cookie(session));

    let answer = sign_in(&app, &alice, "another-orchid-lantern-9").await;
    let body = json!({"current_password": "another-orchid-lantern-9", "new_password": PASSWORD});
    session.put("/me/password").json(body).await.no_content();
    clock.forward(1);
    complete(&app, &answer.cookie(), &code(&secret, clock.now())).await.problem(401, "sign_in_expired");
}

#[tokio::test]
async fn it_is_waited_for_for_minutes_only_and_not_for_the_disabled() {
    let mut clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    let (_, secret, codes) = turn_on(&alice.by_cookie().await, &clock).await;
    let waits = pending(&app, &alice).await;
    clock.forward(11);
    complete(&app, &waits, &code(&secret, clock.now())).await.problem(401, "sign_in_expired");
    let waits = pending(&app, &alice).await;
    let admin = app.administrator().await;
    let path = format!("/admin/users/{}", alice.id);
    admin.patch(&path).json(json!({"disabled": true})).await.ok();
    complete(&app, &waits, &codes[0]).await.problem(401, "sign_in_expired");
    sign_in(&app, &alice, PASSWORD).await.problem(401, "wrong_credentials");
    admin.patch(&path).json(json!({"disabled": false})).await.ok();
    // Enabled again, it still is asked for.
    let waits = pending(&app, &alice).await;
    complete(&app, &waits, &codes[0]).await.ok();
}

#[tokio::test]
async fn it_is_turned_off_by_the_password_and_a_code() {
    let mut clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    for by_recovery_code in [false, true] {
        let (session, secret, codes) = turn_on(&alice.by_cookie().await, &clock).await;
        clock.forward(1);
        let right = if by_recovery_code { codes[7].clone() } else { code(&secret, clock.now()) };
        let off = |password: &str, code: &str| {
            session.delete("/me/totp").json(json!({"current_password": password, "code": code}))
        };
        off("not-this-one-1", &right).await.invalid("/current_password");
        off(PASSWORD, &wrong(&secret, clock.now())).await.invalid("/code");
        off(PASSWORD, "").await.invalid("/code");
        sign_in(&app, &alice, PASSWORD).await.problem(401, "second_factor_required");
        let waits = pending(&app, &alice).await;
        off(PASSWORD, &right).await.no_content();
        assert_eq!(session.get("/me/totp").await.ok(), json!({"enabled_at": null, "recovery_codes_left": 0}));
        // What waited is not completed by a code of before, and the password is enough.
        complete(&app, &waits, &codes[8]).await.problem(401, "wrong_code");
        sign_in(&app, &alice, PASSWORD).await.ok();
        off(PASSWORD, &codes[8]).await.invalid("/code");
        clock.forward(1);
    }
}

#[tokio::test]
async fn an_administrator_takes_it_off_who_lost_everything() {
    let clock = Clock::new();
    let (app, alice, bob, _) = clock.app(&[]).await;
    let (session, ..) = turn_on(&alice.by_cookie().await, &clock).await;
    let path = format!("/admin/users/{}/totp", alice.id);
    let body = |password: &str| json!({"current_password": password});
    bob.by_cookie().await.delete(&path).json(body(PASSWORD)).await.not_found();
    session.delete(&path).json(body(PASSWORD)).await.not_found();
    let admin = app.administrator().await;
    admin.delete(&path).json(json!({})).await.invalid("/current_password");
    admin.delete(&path).json(body("not-this-one-1")).await.invalid("/current_password");
    let stranger = format!("/admin/users/{}/totp", crate::support::nobody());
    admin.delete(&stranger).json(body(PASSWORD)).await.not_found();
    sign_in(&app, &alice, PASSWORD).await.problem(401, "second_factor_required");

    admin.delete(&path).json(body(PASSWORD)).await.no_content();
    sign_in(&app, &alice, PASSWORD).await.ok();
    session.get("/session").await.ok();
    admin.delete(&path).json(body(PASSWORD)).await.no_content();
    let lines = logged(&app, "take_second_factor", 1).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(&alice.id) && lines[0].contains(&admin.id), "{lines:?}");
    // One's own is not a matter of the password alone.
    let own = format!("/admin/users/{}/totp", admin.id);
    let (on, ..) = turn_on(&admin, &clock).await;
    on.delete(&own).json(body(PASSWORD)).await.problem(409, "own_account");
    assert!(on.get("/me/totp").await.ok()["enabled_at"].is_string());
}

#[tokio::test]
async fn the_command_line_takes_it_off_beside_a_running_server() {
    let clock = Clock::new();
    let (app, alice, ..) = clock.app(&[]).await;
    turn_on(&alice.by_cookie().await, &clock).await;
    let run = |arguments: &[&str]| {
        let mut command = app.home().command(&[&["user", "totp"], arguments].concat());
        let output = command.stdin(Stdio::null()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, _, errors) = run(&["--email", "ghost@example.com", "--off"]);
    assert!(!done && errors.contains("--email is that of no account that can sign in"), "{errors}");
    let (done, _, errors) = run(&["--email", &alice.email]);
    assert!(!done && errors.contains("--off"), "{errors}");
    sign_in(&app, &alice, PASSWORD).await.problem(401, "second_factor_required");
    let (done, said, errors) = run(&["--email", &alice.email.to_uppercase(), "--off"]);
    assert!(done && said.contains("is off"), "{said} {errors}");
    sign_in(&app, &alice, PASSWORD).await.ok();
    let (done, said, _) = run(&["--email", &alice.email, "--off"]);
    assert!(done && said.contains("has no two-step sign-in"), "{said}");
}

#[tokio::test]
async fn new_recovery_codes_end_the_old_ones_and_leave_it_on() {
    let mut clock = Clock::new();
    let (app, alice, bob, _) = clock.app(&[]).await;
    let (session, secret, old) = turn_on(&alice.by_cookie().await, &clock).await;
    let renew = |password: &str, code: &str| {
        session.post("/me/totp/recovery-codes").json(json!({"current_password": password, "code": code}))
    };
    clock.forward(1);
    renew("not-this-one-1", &code(&secret, clock.now())).await.invalid("/current_password");
    for wrong in [wrong(&secret, clock.now()), "abcd-efgh-2345-wxyz".into(), String::new()] {
        renew(PASSWORD, &wrong).await.invalid("/code");
    }
    assert_eq!(session.get("/me/totp").await.ok()["recovery_codes_left"], 10);
    let of = |answer: Value| -> Vec<String> {
        answer.list("recovery_codes").iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    // By a code of the app, which works once.
    let shown = code(&secret, clock.now());
    let fresh = of(renew(PASSWORD, &shown).await.ok());
    assert_eq!(fresh.iter().collect::<BTreeSet<_>>().len(), 10, "{fresh:?}");
    assert!(fresh.iter().all(|code| !old.contains(code)), "{fresh:?} {old:?}");
    renew(PASSWORD, &shown).await.invalid("/code");
    complete(&app, &pending(&app, &alice).await, &old[0]).await.problem(401, "wrong_code");
    complete(&app, &pending(&app, &alice).await, &fresh[0]).await.ok();
    assert_eq!(session.get("/me/totp").await.ok()["recovery_codes_left"], 9);
    // By a recovery code, when the phone is lost; it ends with the others.
    let again = of(renew(PASSWORD, &fresh[1]).await.ok());
    for ended in [&fresh[1], &fresh[2]] {
        complete(&app, &pending(&app, &alice).await, ended).await.problem(401, "wrong_code");
    }
    complete(&app, &pending(&app, &alice).await, &again[9]).await.ok();
    assert!(session.get("/me/totp").await.ok()["enabled_at"].is_string());
    // Not without a second factor, and not by a token.
    let none = bob.by_cookie().await.post("/me/totp/recovery-codes");
    none.json(json!({"current_password": PASSWORD, "code": "123456"})).await.invalid("/code");
    let token = alice.post("/me/totp/recovery-codes").json(json!({"current_password": PASSWORD, "code": again[0]}));
    token.await.problem(403, "session_required");
    let admin = app.administrator().await;
    let entries = admin.get(&format!("/admin/audit?act=recovery_codes&target={}", alice.id)).await.ok().list("items");
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_eq!(entries[0]["actor_id"], alice.id);
    assert!(!app.log().contains(&again[0]));
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_noted() {
    let mut clock = Clock::new();
    let (app, alice, ..) = clock.app(&[("BOARDCAST_LIMITS", "on")]).await;
    let (session, secret, _) = turn_on(&alice.by_cookie().await, &clock).await;
    let waits = pending(&app, &alice).await;
    let guess = wrong(&secret, clock.now());
    let mut left = vec![];
    for _ in 0..9 {
        let answer = complete(&app, &waits, &guess).await;
        left.push(answer.header("ratelimit").to_owned());
        answer.problem(401, "wrong_code");
    }
    assert!(left[0].contains("\"codes\";r=9") && left[8].contains("\"codes\";r=1"), "{left:?}");
    // The budget is the account's, wherever a code is asked for.
    let off = json!({"current_password": PASSWORD, "code": guess});
    session.delete("/me/totp").json(off.clone()).await.invalid("/code");
    session.delete("/me/totp").json(off).await.problem(429, "rate_limited");
    clock.forward(1);
    let answer = complete(&app, &waits, &code(&secret, clock.now())).await;
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 200);
    answer.problem(429, "rate_limited");
    let refused = logged(&app, "act=\"second_factor\"", 12).await;
    assert_eq!(refused.iter().filter(|line| line.contains("wrong code\"")).count(), 10, "{refused:?}");
    assert_eq!(refused.iter().filter(|line| line.contains("too many wrong codes")).count(), 2, "{refused:?}");
    let log = app.log();
    assert!(!log.contains(&guess) && !log.contains(&secret), "{log}");
}

#[tokio::test]
async fn people_without_it_sign_in_as_before_and_a_code_is_of_one_account() {
    let mut clock = Clock::new();
    let (app, alice, bob, _) = clock.app(&[]).await;
    let (_, secret, _) = turn_on(&alice.by_cookie().await, &clock).await;
    let (_, of_bob, _) = turn_on(&bob.by_cookie().await, &clock).await;
    clock.forward(1);
    let waits = pending(&app, &alice).await;
    let theirs = code(&of_bob, clock.now());
    if theirs != code(&secret, clock.now()) {
        complete(&app, &waits, &theirs).await.problem(401, "wrong_code");
    }
    let admin = app.administrator().await;
    admin.get("/me").await.ok();
    let people: Vec<Value> = admin.get("/admin/users").await.ok().list("items");
    let with: Vec<Value> = people.iter().filter(|person| person["totp"] == true).cloned().collect();
    assert_eq!(each(&with, "email").len(), 2, "{people:?}");
}

#[tokio::test]
async fn another_page_cannot_complete_a_sign_in() {
    let (app, ..) = app().await;
    let call = app.anonymous().post("/session/totp").header("Origin", "https://evil.example");
    call.json(json!({"code": "123456"})).await.problem(403, "csrf");
    let complete = |body: Value| app.anonymous().post("/session/totp").json(body);
    complete(json!({})).await.invalid("/code");
    complete(json!({"code": "123456", "user": "x"})).await.invalid("/user");
    complete(json!({"code": "123456"})).await.problem(401, "sign_in_expired");
}

#[tokio::test]
async fn what_happens_to_it_is_in_the_audit_log() {
    let mut clock = Clock::new();
    let (app, alice, bob, _) = clock.app(&[]).await;
    let admin = app.administrator().await;
    let (_, secret, recovery) = turn_on(&alice.by_cookie().await, &clock).await;
    let waiting = pending(&app, &alice).await;
    complete(&app, &waiting, &wrong(&secret, clock.now())).await.problem(401, "wrong_code");
    complete(&app, &waiting, &recovery[0]).await.ok();
    clock.forward(1);
    let answer = complete(&app, &pending(&app, &alice).await, &code(&secret, clock.now())).await;
    let again = alice.with(Auth::Cookie(answer.cookie()));
    clock.forward(1);
    let off = json!({"current_password": PASSWORD, "code": code(&secret, clock.now())});
    again.delete("/me/totp").json(off).await.no_content();
    turn_on(&bob.by_cookie().await, &clock).await;
    let taken = json!({"current_password": PASSWORD});
    admin.delete(&format!("/admin/users/{}/totp", bob.id)).json(taken).await.no_content();
    for (user, expected) in [
        (&alice, vec!["totp_on", "second_factor", "recovery_code", "totp_off"]),
        (&bob, vec!["totp_on", "take_second_factor"]),
    ] {
        let expected: BTreeSet<String> = expected.into_iter().map(ToOwned::to_owned).collect();
        // Refused codes, and recovery codes that were used, are written a moment later.
        until("the entries", || async {
            let entries = admin.get(&format!("/admin/audit?target={}", user.id)).await.ok().list("items");
            let acts: BTreeSet<String> = each(&entries, "act").into_iter().collect();
            expected.is_subset(&acts).then_some(())
        })
        .await;
    }
}
