"""Ids that lead somewhere, where the document can only say that there is one."""

import hashlib
import json
import os
import re
import uuid
from datetime import date

import schemathesis

IDS = json.loads(open(os.environ["IDS"]).read())

# A key of a browser.
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

# What these delete or leave would be missed by all others: their ids stay made up.
FINAL = {
    ("DELETE", "/api/v1/projects/{project}"),
    ("PUT", "/api/v1/projects/{project}/archive"),
    ("DELETE", "/api/v1/projects/{project}/members/{user}"),
    ("DELETE", "/api/v1/projects/{project}/columns/{column}"),
    ("DELETE", "/api/v1/projects/{project}/labels/{label}"),
    ("DELETE", "/api/v1/projects/{project}/milestones/{milestone}"),
    ("DELETE", "/api/v1/projects/{project}/tasks/{task}"),
    ("PUT", "/api/v1/projects/{project}/tasks/{task}/archive"),
    ("DELETE", "/api/v1/projects/{project}/tasks/{task}/checklist/{item}"),
    ("DELETE", "/api/v1/projects/{project}/attachments/{attachment}"),
    ("DELETE", "/api/v1/projects/{project}/comments/{comment}"),
    ("DELETE", "/api/v1/projects/{project}/views/{view}"),
    ("DELETE", "/api/v1/projects/{project}/webhooks/{webhook}"),
}


def is_id(value):
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False


def is_day(value):
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def neighbour(path):
    if "/checklist" in path:
        return IDS["other_item"]
    return IDS["other_column"] if "/columns" in path else IDS["other"]


def with_ids(path, body):
    found = {
        "column_id": IDS["column"],
        "milestone_id": IDS["milestone"],
        "assignee_ids": IDS["user"],
        "label_ids": IDS["label"],
        "task_ids": IDS["task"],
        "add_label_ids": IDS["label"],
        "remove_label_ids": IDS["label"],
        "add_assignee_ids": IDS["user"],
        "remove_assignee_ids": IDS["user"],
        "project_ids": IDS["project"],
        "after": neighbour(path),
        "before": neighbour(path),
    }
    body = dict(body)
    for name in ("password", "new_password"):
        if isinstance(body.get(name), str) and 8 <= len(body[name]) <= 256:
            # Which passwords everybody tries first is not in the document.
            body[name] = "orchid-lantern-42"
    # No start may be after its end, also of what another request has written: a day that all of them keep to.
    for name, day in (("start_on", min), ("due_on", max)):
        if is_day(body.get(name)):
            body[name] = day(body[name], "2000-01-01")
    if isinstance(body.get("time_zone"), str) and body["time_zone"]:
        # Which names there are is not in the document.
        body["time_zone"] = "Europe/Berlin"
    if is_id(body.get("cover_id")):
        # A task's cover is an attachment of the same task.
        body["cover_id"] = None
    if isinstance(body.get("keys"), dict) and isinstance(body["keys"].get("p256dh"), str):
        # Which points are on the curve is not in the document, nor which addresses are public.
        body["keys"] = {**body["keys"], "p256dh": POINT}
        if str(body.get("endpoint", "")).startswith("https://"):
            body["endpoint"] = "https://push.example.org/send/1"
    if path.endswith("/presence") and is_id(body.get("task_id")):
        # A task that is looked at is one of the project.
        body["task_id"] = IDS["task"]
    if "/webhooks" in path and str(body.get("url", "")).startswith(("http://", "https://")):
        # Which addresses are public is not in the document. Nothing is sent to this one.
        body["url"] = "https://hooks.invalid/x"
        if body.get("active") is True or "active" not in body:
            body["active"] = False
    for name, known in found.items():
        value = body.get(name)
        if is_id(value):
            body[name] = known
        elif isinstance(value, list) and 0 < len(value) <= 100 and all(map(is_id, value)):
            body[name] = [known]
    return body


def is_right(case, component):
    """Whether this part of a request keeps to the document on purpose."""
    made = {str(getattr(at, "value", at)): one for at, one in (case.meta.components if case.meta else {}).items()}
    return component not in made or made[component].mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    method, path = case.operation.method.upper(), case.operation.path
    if case.path_parameters and (method, path) in FINAL:
        for name, value in case.path_parameters.items():
            # Schemathesis learns ids from answers.
            if str(value) in IDS.values():
                case.path_parameters[name] = str(uuid.uuid4())
    elif case.path_parameters:
        for name, value in case.path_parameters.items():
            # A task is any text; where it is malformed on purpose it stays so, and half of the rest does.
            if name in IDS and (is_id(value) or (name in ("task", "other") and len(str(value)) % 2)):
                case.path_parameters[name] = IDS[name]
    if isinstance(case.body, dict):
        case.body = with_ids(path, case.body)
    if path.endswith("/tasks/bulk") and is_right(case, "body") and isinstance(case.body, dict):
        # What is archived or deleted would be missed by all others; and something has to be said.
        kept = {name: value for name, value in case.body.items() if name not in ("delete", "archive", "complete")}
        case.body = {**kept, "patch": {"estimate": 1}}
        if case.body.get("column_id") is None:
            # An end is one of a column.
            case.body.pop("place", None)
    if is_right(case, "body") and isinstance(case.body, dict):
        if case.body.get("email") is not None and path.endswith("/invitations"):
            # One that is mailed is for one person.
            case.body.pop("max_uses", None)
        if path.endswith("/duplicate"):
            # Some days of the copy may be beyond the calendar then.
            case.body.pop("start_on", None)
    headers = case.headers
    if headers and re.fullmatch(r"[!-~]{1,255}", str(headers.get("Idempotency-Key", ""))):
        # A key under which another request was made is refused: the same one comes back with the same request only.
        asked = json.dumps([method, path, dict(case.path_parameters or {}), repr(case.body), repr(case.query)])
        headers["Idempotency-Key"] = hashlib.sha256(asked.encode()).hexdigest()
    positive = case.meta is None or case.meta.generation.mode.is_positive
    if headers and "If-Match" in headers and positive:
        # The pattern is more than it makes values from.
        headers["If-Match"] = "*"
    if not positive and "emoji" in (case.path_parameters or {}):
        # Every text is of the right type there, and few are an emoji.
        case.path_parameters["emoji"] = "x"
    if path.endswith("/attachments") and method == "POST" and not positive and isinstance(case.body, dict):
        # In a form every value is a text, and a text with a name is a file: nothing in it can be wrong.
        case.path_parameters["task"] = "nowhere"
    if path.endswith("/attachments") and method == "POST" and positive:
        # A file by itself is named here, and one in a form need not be.
        case.query = {**(case.query or {}), "name": "plan.txt"}
    if path.endswith("/imports") and method == "POST" and positive and isinstance(case.body, dict):
        # What a file has to hold is not in the document.
        case.body = {"file": b"Title,Status\nDig,Done\n"}
        case.query = {"dry_run": "true"}
    if path.endswith("/events/{seq}/undo") and positive:
        # What is undone would be missed by all others: the first event cannot be.
        case.path_parameters["seq"] = 1
    if path.endswith("/undo") and is_right(case, "body") and isinstance(case.body, dict):
        # A run ends behind its beginning.
        case.body = {**case.body, "from_seq": 1, "to_seq": 1}
    if path.endswith("/redeliver") and is_right(case, "body") and isinstance(case.body, dict):
        # Which events there are is not in the document.
        case.body = {**case.body, "from_seq": 1}
    if isinstance(case.query, dict) and is_right(case, "query"):
        # Which moments there are is not in the document.
        if "/reports/" in path:
            # No time may end before it begins, nor have too many points; and which zones there are is not in the document.
            case.query.pop("from", None)
            case.query.pop("to", None)
            if "zone" in case.query:
                case.query["zone"] = "Europe/Berlin"
        else:
            for name in ("at", "from", "to"):
                if name in case.query:
                    case.query[name] = 1
    if isinstance(case.query, dict):
        # A cursor comes from a page; the tests of the API page through every list.
        case.query.pop("cursor", None)
        if is_id(case.query.get("move_to")):
            case.query["move_to"] = IDS["other_column"]
