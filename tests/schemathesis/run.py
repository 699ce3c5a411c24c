"""Holds a running server against its own document, with requests that Schemathesis makes up from it.

    run.py URL EMAIL PASSWORD SECONDS

First by nobody, then by a token that may change everything. The account makes a project with one of each thing, and
`hooks.py` puts their ids where the document can only say "an id".
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
# A picture of one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQqbABAAFsAMloBcADAAAAAElFTkSuQmCC"
)


def call(url, method, path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Origin": url, **headers}
    request = urllib.request.Request(f"{url}/api/v1{path}", data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
        return json.loads(text) if text else None, answer.headers


def attach(url, project, task, auth):
    path = f"/projects/{project}/tasks/{task}/attachments?name=plan.png"
    pixel = base64.b64decode(PIXEL)
    headers = {"Content-Type": "application/octet-stream", **auth}
    sent = urllib.request.Request(f"{url}/api/v1{path}", pixel, headers, method="POST")
    with urllib.request.urlopen(sent, timeout=30) as answer:
        return json.load(answer)["id"]


def fixture(url, email, password):
    """A token, and the ids of one of each thing in a project of its owner."""
    _, headers = call(url, "POST", "/session", {"email": email, "password": password})
    cookie = {"Cookie": headers["Set-Cookie"].split(";")[0]}
    token, _ = call(url, "POST", "/tokens", {"name": "schemathesis", "scopes": ["read", "write"]}, **cookie)
    auth = {"Authorization": f"Bearer {token['secret']}"}

    def create(path, **body):
        return call(url, "POST", path, body, **auth)[0]["id"]

    project = create("/projects", name="Garden", template="empty")
    at = f"/projects/{project}"
    column, other_column = create(f"{at}/columns", name="To do"), create(f"{at}/columns", name="Done")
    task, other = (create(f"{at}/tasks", title=title, column_id=column) for title in ("Dig", "Plant"))
    ids = {
        "project": project,
        "column": column,
        "other_column": other_column,
        "task": task,
        "other": other,
        "label": create(f"{at}/labels", name="soon", colour="#4466aa"),
        "milestone": create(f"{at}/milestones", name="Spring"),
        "item": create(f"{at}/tasks/{task}/checklist", text="Spade"),
        "other_item": create(f"{at}/tasks/{task}/checklist", text="Seeds"),
        "attachment": attach(url, project, task, auth),
        "comment": create(f"{at}/tasks/{task}/comments", body="Soon?"),
        "view": create(f"{at}/views", name="Late", layout="board", shared=True),
        # It sends nothing: where it leads is nowhere.
        "webhook": create(f"{at}/webhooks", url="https://hooks.invalid/x", active=False),
        "emoji": "%F0%9F%91%8D",
        "user": call(url, "GET", "/me", **auth)[0]["id"],
        # A person with an account is none: that is refused.
        "guest": call(url, "GET", "/me", **auth)[0]["id"],
    }
    return token["secret"], ids


def sees_that_a_body_is_too_large(url, secret):
    """The answer comes while the body is still being sent: a client that is cut off instead reads no status."""
    for path, headers in (("/session", {}), ("/projects", {"Authorization": f"Bearer {secret}"})):
        for size in (300_000, 8_000_000):
            try:
                call(url, "POST", path, {"name": "x" * size}, **headers)
            except urllib.error.HTTPError as error:
                assert error.code == 413, f"POST {path} of {size}: {error.code}"
                assert json.load(error)["code"] == "too_large"
            else:
                raise AssertionError(f"POST {path} of {size} was taken")


def run(url, who, seconds, ids, arguments):
    print(f"== by {who}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "ids.json")
        found.write_text(json.dumps(ids))
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{url}/api/openapi-3.1.json",
            "--checks=all",
            "--phases=coverage,fuzzing,stateful",
            f"--max-time={seconds}",
            # A merge that changes nothing here meets what was met before; another seed by hand looks further.
            f"--seed={os.environ.get('SCHEMATHESIS_SEED', '1')}",
            "--continue-on-failure",
            "--no-shrink",
            # A stream does not end; those of a project are asked for as pages.
            "--exclude-path=/api/v1/events",
            "--exclude-path=/api/v1/admin/live",
            "--generation-database=none",
            # Beside the token that is sent a made-up cookie is not looked at.
            "--generation-with-security-parameters=false",
            "--warnings=off",
            *arguments,
        ]
        environment = {**os.environ, "IDS": str(found), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
        return subprocess.run(command, cwd=folder, env=environment).returncode


def main():
    url, email, password, seconds = sys.argv[1:]
    token, ids = fixture(url, email, password)
    seconds = int(seconds)
    sees_that_a_body_is_too_large(url, token)
    failed = run(url, "nobody", max(seconds // 2, 20), ids, [])
    failed |= run(url, "a token", seconds, ids, [f"--header=Authorization: Bearer {token}"])
    sys.exit(1 if failed else 0)


main()
