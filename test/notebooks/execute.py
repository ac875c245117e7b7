"""Runs the code cells of one notebook on its kernel, top to bottom, and says what became of each.

    python execute.py notebook.ipynb SECONDS [SEED]

Prints one line of JSON a code cell, as it ends: what the kernel replied and what the cell put out. It doesn't judge, and it
goes on after a failure only to say of every later cell that it wasn't run. With SEED, the cells within each section (from one
heading of level 2 to the next) run in shuffled order, except in the first, which holds the imports.

nbclient isn't used because tslab's error replies lack what it looks for, and because it takes a cell that the kernel
aborted for one that ran.
"""

import json
import random
import re
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager


def sections(cells):
    """The code cells, by section."""
    found = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.M):
            found.append([])
        if cell.cell_type == "code" and cell.source.strip():
            found[-1].append(cell)
    return found


def execute(client, source, seconds):
    """Sends one cell and collects what comes back, until the kernel has replied and is idle again."""
    asked = client.execute(source, store_history=True)
    outputs, reply, idle = [], None, False
    end = time.monotonic() + seconds
    while reply is None or not idle:
        left = end - time.monotonic()
        if left <= 0:
            return {"status": "timeout", "execution_count": None}, outputs, asked
        if not idle and (message := next_message(client.get_iopub_msg, 0.05)):
            if message["parent_header"].get("msg_id") == asked:
                if message["msg_type"] == "status":
                    idle = message["content"]["execution_state"] == "idle"
                else:
                    outputs.append(output(message))
        if reply is None and (message := next_message(client.get_shell_msg, 0.001)):
            if message["parent_header"].get("msg_id") == asked:
                reply = message["content"]
    return reply, [o for o in outputs if o], asked


def next_message(get, seconds):
    try:
        return get(timeout=seconds)
    except Exception as error:
        if type(error).__name__ == "Empty":
            return None
        raise


def output(message):
    content = message["content"]
    if message["msg_type"] == "stream":
        return {"type": content["name"], "text": content["text"]}
    if message["msg_type"] == "error":
        return {"type": "error", "text": "\n".join(content.get("traceback", [])) or str(content.get("evalue", ""))}
    if message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
        return {"type": "display", "mime": sorted(content["data"]), "text": content["data"].get("text/plain", "")}
    return None


def main():
    path, seconds = Path(sys.argv[1]), float(sys.argv[2])
    notebook = nbformat.read(path, as_version=4)
    groups = sections(notebook.cells)
    if len(sys.argv) > 3:
        chance = random.Random(int(sys.argv[3]))
        for group in groups[1:]:
            chance.shuffle(group)
    say({"kernel": notebook.metadata.get("kernelspec", {}).get("name")})
    manager = KernelManager(kernel_name=notebook.metadata.kernelspec.name)
    manager.start_kernel(cwd=str(path.parent))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        failed = False
        asked_of = {}
        for cell in (cell for group in groups for cell in group):
            began = time.monotonic()
            if failed:
                say({"id": cell.id, "source": cell.source, "status": "not run", "execution_count": None, "outputs": []})
                continue
            reply, outputs, asked = execute(client, cell.source, seconds)
            asked_of[asked] = cell
            failed = reply["status"] != "ok"
            say(
                {
                    "id": cell.id,
                    "source": cell.source,
                    "status": reply["status"],
                    "execution_count": reply.get("execution_count"),
                    "outputs": outputs,
                    "seconds": round(time.monotonic() - began, 3),
                }
            )
        # What a cell puts out after its end (a picture that goes on living, an error in a callback) comes late.
        end = time.monotonic() + 1
        while time.monotonic() < end:
            message = next_message(client.get_iopub_msg, 0.1)
            cell = message and asked_of.get(message["parent_header"].get("msg_id"))
            if cell and (late := output(message)):
                say({"late": cell.id, "source": cell.source, "output": late})
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def say(value):
    print(json.dumps(value), flush=True)


main()
