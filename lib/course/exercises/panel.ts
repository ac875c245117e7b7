/**
 * The panel of an exercise in a notebook: `exercise("01-everything-is-a-descriptor/allocator")` in a cell.
 *
 * The cell ends at once; the panel lives on and follows the learner's file. The answer's code never runs in the notebook's
 * process: another one checks it, and this one only watches a file and redraws. There is one panel per exercise, however
 * often its cell is run, and one checker for all of them, which ends with the notebook's kernel.
 */
import { relative } from "node:path";
import { Checker } from "./checker/client";
import { courseFolders, type Folders } from "./folders";
import { followFile } from "./follow-file";
import { ensureLearnersCopy } from "./learners-copy";
import { type Exercise, findExercise } from "./list";
import { type NotebookOutput, newNotebookOutput } from "./notebook-display";
import { recheck } from "./recheck";
import { record } from "./record";
import { type AnswerReport, passed } from "./report";
import { type PanelState, panelHtml } from "./to-html";
import { paintFor, reportText } from "./to-text";

/** The same exercise may be shown in two notebooks' cells, or in two cells; no more than these stay up to date. */
const MOST_OUTPUTS = 3;

let checker: Checker | undefined;
const panels = new Map<string, Panel>();

/** Shows an exercise: what it asks, a button that opens its file, the state of its checks, and hints. */
export function exercise(id: string): void {
  const folders = courseFolders();
  const found = findExercise(id, folders);
  ensureLearnersCopy(found, folders);
  const output = newNotebookOutput();
  if (!output) {
    printOnce(found, folders);
    return;
  }
  checker ??= new Checker({ background: true });
  const panel = panels.get(found.id);
  if (panel) panel.show(found, output);
  else panels.set(found.id, new Panel(found, folders, output, checker));
}

class Panel {
  private outputs: NotebookOutput[] = [];
  private state: PanelState;
  private drawn = "";
  private readonly check: () => void;

  constructor(
    private about: Exercise,
    private readonly folders: Folders,
    output: NotebookOutput,
    checker: Checker,
  ) {
    this.state = {
      report: null,
      checking: true,
      at: "",
      path: shown(folders.root, about.files.learner),
      labPath: shown(folders.work, about.files.learner),
    };
    this.check = recheck(
      checker,
      { test: about.files.test, answer: about.files.learner },
      {
        checking: () => this.set({ checking: true }),
        report: (report) => this.reported(report),
        trouble: (error) =>
          this.set({ checking: false, report: null, trouble: `The checker doesn't work: ${error.message}` }),
      },
    );
    followFile(about.files.learner, this.check);
    followFile(about.files.test, this.check);
    this.show(about, output);
  }

  /** Shows it in one more output, and checks again. */
  show(about: Exercise, output: NotebookOutput): void {
    this.about = about;
    this.outputs = [...this.outputs, output].slice(-MOST_OUTPUTS);
    this.drawn = "";
    this.check();
  }

  private reported(report: AnswerReport): void {
    record(this.folders, this.about.id, passed(report));
    this.set({ report, checking: false, at: new Date().toTimeString().slice(0, 8), trouble: undefined });
  }

  private set(change: Partial<PanelState>): void {
    this.state = { ...this.state, ...change };
    const html = panelHtml(this.about, this.state);
    if (html === this.drawn) return;
    this.drawn = html;
    for (const output of this.outputs) output.html(html);
  }
}

function shown(from: string, path: string): string {
  const inside = relative(from, path);
  return (inside.startsWith("..") ? path : inside).replaceAll("\\", "/");
}

/** Outside a notebook: the report as text, once. */
function printOnce(about: Exercise, folders: Folders): void {
  const once = new Checker();
  once
    .check({ test: about.files.test, answer: about.files.learner, types: true })
    .then((report) => {
      record(folders, about.id, passed(report));
      console.log(reportText(about, report, paintFor(process.stdout)));
    })
    .catch((error: Error) => console.log(`The checker doesn't work: ${error.message}`))
    .finally(() => once.close());
}
