import { readFileSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeProject } from "./fake-project";

// The fakes are scripts that start by their first line, which Windows doesn't do.
describe.skipIf(process.platform === "win32")("the set-up", () => {
  let project: FakeProject;
  beforeEach(() => {
    project = new FakeProject();
  });
  afterEach(() => project.remove());

  test("brings everything in place, in a folder with spaces in its name", async () => {
    const ran = await project.run(["setup"]);
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.output).toContain("✓ JupyterLab into .venv/");
    const spec = JSON.parse(readFileSync(project.path(".venv/share/jupyter/kernels/tslab/kernel.json"), "utf8"));
    expect(spec.display_name).toBe("TypeScript (fd3)");
    expect(spec.argv.slice(0, 3)).toEqual([
      process.execPath,
      project.path("lib/course/setup/tslab-kernel.cjs"),
      project.path("node_modules/tslab/dist/main.js"),
    ]);
    expect(project.has(".setup.lock")).toBe(false);
  });

  test("does nothing, and says nothing, when all is in place", async () => {
    await project.run(["setup"]);
    expect(await project.run(["setup"])).toEqual({ status: 0, output: "" });
  });

  test("throws half a virtual environment away and makes it anew", async () => {
    const { child, ended } = project.start(["setup"], { FAKE_PIP: "hang" });
    await project.appears(".venv/pip-began");
    project.write(".venv/half-made", "");
    child.kill("SIGKILL");
    await ended;
    const ran = await project.run(["setup"]);
    expect(ran.status).toBe(0);
    expect(project.has(".venv/half-made")).toBe(false);
    expect(project.has(".venv/.fd3-stamp")).toBe(true);
  });

  test("Ctrl-C during a step stops it, gives the lock back and says how to go on", async () => {
    const { child, ended } = project.start(["setup"], { FAKE_PIP: "hang" });
    await project.appears(".venv/pip-began");
    child.kill("SIGINT");
    const ran = await ended;
    expect(ran.status).toBe(130);
    expect(ran.output).toContain("Run the same command again");
    expect(project.has(".setup.lock")).toBe(false);
  });

  test("two at once: the second waits and has nothing left to do", async () => {
    const [one, two] = await Promise.all([project.run(["setup"]), project.run(["setup"])]);
    expect([one.status, two.status]).toEqual([0, 0]);
    expect(readFileSync(project.path(".venv/pip-began"), "utf8")).toBe("once\n");
  });

  test("a Python that has gone away since is noticed, and the environment made anew", async () => {
    await project.run(["setup"]);
    rmSync(project.path(".venv/bin/python"));
    const ran = await project.run(["setup"]);
    expect(ran.output).toContain("✓ JupyterLab into .venv/");
  });

  test("a changed source is compiled again, and what was made of a removed one goes", async () => {
    await project.run(["setup"]);
    project.write("lib/dist/gone.js", "");
    project.write("lib/new.ts", "");
    const ran = await project.run(["setup"]);
    expect(ran.output).toContain("✓ fd3 compiled");
    expect(ran.output).not.toContain("JupyterLab into");
    expect(project.has("lib/dist/gone.js")).toBe(false);
  });

  test.each([
    ["no Python at all", { PYTHON: "" }, "Python 3.10 or newer is missing"],
    ["a Python that is too old", { FAKE_VERSION: "3.8.2" }, "Found only 3.8.2"],
    ["a Python without venv, as Debian has it", { FAKE_VENV: "False" }, "apt-get install python3-venv"],
    ["no network", { FAKE_PIP: "offline" }, "the network can't be reached"],
  ])("with %s it says so and what to do", async (_case, env, words) => {
    const ran = await project.run(["setup"], env);
    expect(ran.status).toBe(1);
    expect(ran.output).toContain(words);
    expect(ran.output).not.toMatch(/\n\s+at /);
  });

  test("an old Node is told so before anything else is loaded", async () => {
    const old = project.write(
      "old.cjs",
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.0" } });',
    );
    const ran = await project.run(["setup"], {}, ["--require", old]);
    expect(ran.status).toBe(1);
    expect(ran.output).toContain("Node 18.19.0 is too old: fd3 needs Node 20.19 or newer.");
  });

  test("JupyterLab gets the arguments, one work folder and no settings of the person's own", async () => {
    const ran = await project.run(
      ["lab", "--", "--no-browser", "--port", "0", "--LabApp.x=a b"].filter((a) => a !== "--"),
      {
        JUPYTER_CONFIG_PATH: "/somebody/else",
        JUPYTER_CONFIG_DIR: "/somebody/else",
        PYTHONPATH: "/somebody/else",
      },
    );
    const line = ran.output.split("\n").find((text) => text.startsWith("{")) ?? "";
    const { args, env } = JSON.parse(line);
    expect(args).toEqual(
      expect.arrayContaining(["--ServerApp.ip=127.0.0.1", "--no-browser", "--LabApp.x=a b", "--ServerApp.port=0"]),
    );
    expect(args).toContain(`--ServerApp.root_dir=${project.path("work")}`);
    expect(JSON.stringify(env)).not.toContain("/somebody/else");
    expect(env.JUPYTER_CONFIG_DIR).toBe(project.path(".venv/jupyter/config"));
    expect(env.JUPYTERLAB_SETTINGS_DIR).toBe(project.path("work/.jupyter/settings"));
  });

  test.each(["lab", "setup", "test", "doctor"])("%s --help explains itself and sets nothing up", async (command) => {
    const ran = await project.run([command, "--help"]);
    expect(ran.status).toBe(0);
    expect(ran.output).toMatch(/^npm /);
    expect(project.has(".venv")).toBe(false);
  });
});
