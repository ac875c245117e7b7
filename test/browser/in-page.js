/**
 * Runs inside the page, beside JupyterLab: what the tests need to know of it and to tell it, through its own commands (the
 * same that its menus and buttons call). JupyterLab shows itself as `jupyterapp` when started with
 * `--LabApp.expose_app_in_browser=True`.
 */
(() => {
  const app = () => globalThis.jupyterapp;

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** The open notebook with this path. */
  function notebook(path) {
    for (const widget of app().shell.widgets("main")) {
      if (widget.context?.path === path && widget.content?.widgets) return widget;
    }
    throw new Error(`${path} is not open`);
  }

  globalThis.fd3 = {
    /** True once JupyterLab has started and put its windows back. */
    async ready() {
      while (!app()?.restored) await pause(50);
      await app().restored;
      return true;
    },

    /** Opens a notebook and waits for its kernel. */
    async open(path) {
      const widget = await app().commands.execute("docmanager:open", { path, factory: "Notebook" });
      await widget.context.ready;
      await widget.sessionContext.ready;
      const session = widget.sessionContext.session;
      if (!session?.kernel) throw new Error(`${path} has no kernel: JupyterLab would have asked for one`);
      await session.kernel.info;
      app().shell.activateById(widget.id);
      return session.kernel.name;
    },

    /** A fresh kernel for the notebook: what earlier cells declared is gone. */
    async restart(path) {
      const { session } = notebook(path).sessionContext;
      await session.kernel.restart();
      await session.kernel.info;
    },

    /** Runs all cells; resolves when the last has ended or one has failed. */
    async runAll(path) {
      app().shell.activateById(notebook(path).id);
      await app().commands.execute("notebook:run-all-cells");
    },

    /** Every code cell: its source, its number (null when it didn't run) and its outputs. */
    cells(path) {
      return notebook(path)
        .content.widgets.filter((cell) => cell.model.type === "code")
        .map((cell) => ({
          id: cell.model.id,
          source: cell.model.sharedModel.getSource(),
          executionCount: cell.model.executionCount,
          outputs: cell.model.outputs.toJSON(),
          running: cell.model.executionState === "running",
        }));
    },

    /** Runs one of JupyterLab's commands. */
    async command(id, args) {
      await app().commands.execute(id, args);
    },

    /** Hides or shows the side bars, the status bar and the header. */
    async bare(path) {
      if (!app().shell.leftCollapsed) app().shell.collapseLeft();
      if (!app().shell.rightCollapsed) app().shell.collapseRight();
      await pause(300);
      notebook(path).content.scrollToItem?.(0);
    },

    /** Where the notebook's cells are on the screen, and how far they can be scrolled. */
    scroller(path) {
      const outer = notebook(path).content.node.querySelector(".jp-WindowedPanel-outer") ?? notebook(path).content.node;
      const { left, top, width, height } = outer.getBoundingClientRect();
      // Below the last cell there is empty room to scroll into: it isn't content.
      const last = notebook(path).content.widgets.at(-1)?.node.getBoundingClientRect().bottom ?? top;
      return { left, top, width, height, content: last - top + outer.scrollTop, view: outer.clientHeight };
    },

    /** Scrolls to so many pixels from the top and waits until what came into view has been drawn. */
    async scroll(path, y) {
      const outer = notebook(path).content.node.querySelector(".jp-WindowedPanel-outer") ?? notebook(path).content.node;
      outer.scrollTop = y;
      await pause(250);
      return outer.scrollTop;
    },

    /** "light" or "dark". */
    theme() {
      return document.body.dataset.jpThemeLight === "false" ? "dark" : "light";
    },
  };
})();
