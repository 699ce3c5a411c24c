"""The official client of the protocol tells a story: tests/mcp/story.py URL TOKEN PROJECT

Once as a client of today, and once as one from before, with a handshake.
"""

import asyncio
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


async def story(url: str, token: str, project: str, mode: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=40, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        assert (client.protocol_version == "2026-07-28") == (mode == "auto"), client.protocol_version
        assert client.server_info.name == "boardcast"
        assert "instruction" in client.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert len(tools) == 12, sorted(tools)
        assert tools["changes"].annotations.read_only_hint
        assert tools["update_task"].annotations.destructive_hint

        async def call(name: str, **arguments):
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result
            return result.structured_content

        assert any(each["key"] == project for each in (await call("whoami"))["projects"])
        board = await call("get_project", project=project)
        todo = next(column for column in board["columns"] if column["kind"] != "done")
        made = await call("create_tasks", project=project, tasks=[{"title": f"Größe {mode}", "column_id": todo["id"]}])
        task = made["created"][0]
        seen = await call("changes", project=project, after_seq=board["seq"], wait=5)
        assert seen["items"][0]["type"] == "task.created" and seen["items"][0]["your_run"], seen
        read = await call("get_task", task=task["task"])
        assert read["task"]["title"] == f"Größe {mode}"
        edit = {"task": task["task"], "base_version": task["version"]}
        await call("update_task", **edit, title="Once")
        late = await client.call_tool("update_task", {**edit, "title": "Twice"})
        assert late.is_error and late.structured_content["error"]["code"] == "version_conflict", late
        assert late.structured_content["current_version"] > task["version"]
        await call("comment", task=task["task"], body="Done")
        await call("undo", project=project, from_seq=made["from_seq"])
        gone = await client.call_tool("get_task", {"task": task["task"]})
        assert gone.is_error and gone.structured_content["error"]["code"] == "not_found", gone


async def main() -> None:
    for mode in ("auto", "legacy"):
        await story(*sys.argv[1:4], mode)
        print("told", mode)


asyncio.run(main())
