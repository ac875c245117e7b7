/**
 * One moment as a drawing: processes with their threads and descriptors, the open files these lead to, and the objects behind.
 *
 * The drawing is a list of sprites: small pieces of SVG, each with a name that stays the same over time. What a step changes
 * is then the sprites that differ, which is all that a moving picture has to store, and exactly what it lights up.
 */
import type { FdRow, HostTables, TaskRow } from "../../trace/tables";
import { callWords } from "../call-words";
import { arrow, box, label, mark, stateSign, WIDTH } from "../svg";
import { leadsTo, statusWords } from "../words";
import { FILE_HEIGHT, FILE_WIDTH, fileCard, OBJECT_WIDTH, objectCard } from "./cards";
import {
  HEADER_HEIGHT,
  type ProcessPlace,
  ROW_HEIGHT,
  type Stage,
  TASK_HEIGHT,
  visibleFiles,
  visibleProcesses,
} from "./plan";

/** A named piece of a drawing, at a place. `body` is trusted SVG. */
export interface Sprite {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly body: string;
}

const PROCESS_WIDTH = 252;
const FILE_X = PROCESS_WIDTH + 48;
const OBJECT_X = WIDTH - OBJECT_WIDTH - 1;
const PROCESS_X = 1;
const INNER = PROCESS_WIDTH - 20;

/** The headings of the columns, the same at every moment. */
export function headings(): string {
  return (
    label(PROCESS_X, 12, "h", "Processes and their descriptors") +
    label(FILE_X, 12, "h", "Open file descriptions") +
    label(OBJECT_X, 12, "h", "Objects")
  );
}

/** Everything that there is to see at this moment, back to front. */
export function scene(host: HostTables, stage: Stage): Sprite[] {
  const sprites: Sprite[] = [];
  const drawnObjects = new Set<string>();
  for (const pid of visibleProcesses(host)) {
    const place = stage.processes.get(pid);
    if (place) drawProcess(host, stage, pid, place, sprites);
  }
  for (const file of visibleFiles(host)) {
    const y = stage.files.get(file.file) ?? 0;
    const objectY = stage.objects.get(file.object) ?? 0;
    sprites.push({ key: `f${file.file}`, x: FILE_X, y, body: fileCard(file) });
    const lead = arrow(0, FILE_HEIGHT / 2, OBJECT_X - FILE_X - FILE_WIDTH, objectY + 18 - y);
    sprites.push({ key: `g${file.file}`, x: FILE_X + FILE_WIDTH, y, body: lead });
    if (drawnObjects.has(file.object)) continue;
    drawnObjects.add(file.object);
    sprites.push({ key: `o${file.object}`, x: OBJECT_X, y: objectY, body: objectCard(host, file) });
  }
  return sprites;
}

function drawProcess(host: HostTables, stage: Stage, pid: number, place: ProcessPlace, sprites: Sprite[]): void {
  const process = host.processes[pid];
  const fds = Object.values(host.fdTables[process.fdTable ?? -1]?.fds ?? {});
  const top = HEADER_HEIGHT + place.taskRows * TASK_HEIGHT;
  const rows = place.fds.length > 0 && process.fdTable !== null ? place.fds.length * ROW_HEIGHT + 12 : 4;
  const frame =
    box(PROCESS_WIDTH, top + rows) +
    label(10, 17, "b", process.name, INNER - 96) +
    label(PROCESS_WIDTH - 10, 17, "s r", `pid ${pid} · parent ${process.ppid}`) +
    (rows > 4 ? `<path class="rule" d="M0 ${top + 2}h${PROCESS_WIDTH}"/>` : "");
  sprites.push({ key: `p${pid}`, x: PROCESS_X, y: place.y, body: frame });

  const tasks = Object.values(host.tasks).filter((task) => task.pid === pid);
  for (const task of tasks) {
    const y = place.y + HEADER_HEIGHT + (place.tasks.get(task.tid) ?? 0) * TASK_HEIGHT;
    sprites.push({ key: `t${task.tid}`, x: PROCESS_X, y, body: taskLines(host, task, tasks.length > 1) });
  }
  if (tasks.length === 0) {
    const words = process.status === null ? "no thread in it" : `zombie: ${statusWords(process.status)}`;
    const sign = process.status === null ? "" : stateSign("zombie", 11, 4);
    const body = mark(4, 0, PROCESS_WIDTH - 8, 32) + sign + label(27, 13, "", words, INNER - 17);
    sprites.push({ key: `z${pid}`, x: PROCESS_X, y: place.y + HEADER_HEIGHT, body });
  }

  for (const [index, fd] of (rows > 4 ? place.fds : []).entries()) {
    const y = place.y + top + 6 + index * ROW_HEIGHT;
    const row = fds.find((each) => each.fd === fd);
    sprites.push({ key: `d${pid}.${fd}`, x: PROCESS_X, y, body: descriptorRow(host, fd, row) });
    if (!row) continue;
    const fileY = stage.files.get(row.file);
    if (fileY === undefined) continue;
    const lead = arrow(0, 0, FILE_X - PROCESS_X - PROCESS_WIDTH, fileY + FILE_HEIGHT / 2 - y - ROW_HEIGHT / 2);
    sprites.push({ key: `a${pid}.${fd}`, x: PROCESS_X + PROCESS_WIDTH, y: y + ROW_HEIGHT / 2, body: lead });
  }
}

/** A descriptor and where it leads, or that its number is free. */
function descriptorRow(host: HostTables, fd: number, row: FdRow | undefined): string {
  return (
    mark(4, 0, PROCESS_WIDTH - 8, ROW_HEIGHT) +
    label(34, 14, row ? "n r" : "ms r", String(fd)) +
    label(44, 14, "s", row ? leadsTo(host.files[row.file]) : "free", row?.closeOnExec ? 122 : INNER - 40) +
    (row?.closeOnExec ? label(PROCESS_WIDTH - 12, 14, "s r", "close-on-exec") : "")
  );
}

/** What a thread does, and the call it is in. */
function taskLines(host: HostTables, task: TaskRow, several: boolean): string {
  const call = task.calls.at(-1);
  const words = several ? `thread ${task.tid}: ${stateWords(host, task)}` : stateWords(host, task);
  return (
    mark(4, 0, PROCESS_WIDTH - 8, TASK_HEIGHT - 4) +
    stateSign(task.state, 11, 4) +
    label(27, 13, "", words, INNER - 17) +
    label(27, 28, "ms", call ? callWords(call.name, call.args) : "in the program", INNER - 17)
  );
}

/** "running", "ready", "asleep: pipe 1: data", "zombie". */
function stateWords(host: HostTables, task: TaskRow): string {
  if (task.state === "sleeping") {
    if (task.wokenBy) return `being woken by ${shortQueue(task, task.wokenBy)}`;
    const queues = task.queues.map((entry) => shortQueue(task, entry.queue));
    return queues.length > 0 ? `asleep on ${queues.join(", ")}` : "asleep until a timer or a signal";
  }
  if (task.state === "ready" && task.wokenBy) return `ready, woken by ${shortQueue(task, task.wokenBy)}`;
  const status = host.processes[task.pid]?.status;
  if (task.state === "zombie" && status !== null && status !== undefined) return `zombie: ${statusWords(status)}`;
  return task.state;
}

/** A queue's name; of one that belongs to the thread's own process only what is awaited there. */
function shortQueue(task: TaskRow, queue: string): string {
  const own = `process ${task.pid}: `;
  return queue.startsWith(own) ? queue.slice(own.length) : queue;
}
