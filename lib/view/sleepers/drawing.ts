/** The drawing of a wait-for graph: sleepers, the queues they sleep on, and who could wake them, from left to right. */
import { arrow, box, label, stateSign, WIDTH } from "../svg";
import type { SleptQueue, WaitGraph } from "./wait-graph";

const TASK_WIDTH = 216;
const QUEUE_X = 256;
const QUEUE_WIDTH = 230;
const WAKER_X = 524;
const WAKER_WIDTH = WIDTH - WAKER_X - 1;
const TASK_HEIGHT = 40;
const QUEUE_HEIGHT = 40;
const LINE = 18;
const TOP = 20;

export function sleepersDrawing(graph: WaitGraph): { height: number; content: string } {
  const known = graph.wakersKnown;
  const queueWidth = known ? QUEUE_WIDTH : WIDTH - QUEUE_X - 1;
  const inCircle = new Set(graph.circles.flat().map((step) => `${step.tid} ${step.queue}`));
  const parts = [label(1, 12, "h", "Asleep"), label(QUEUE_X, 12, "h", known ? "On the wait queue" : "Waits for")];
  if (known) parts.push(label(WAKER_X, 12, "h", "Who could wake them"));
  const taskAt = new Map<number, number>();
  const links: string[] = [];
  let y = TOP;
  for (const queue of graph.queues) {
    const sleepers = graph.sleepers.filter((task) => task.queues.includes(queue.name));
    const fresh = sleepers.filter((task) => !taskAt.has(task.tid));
    const circled = sleepers.some((task) => inCircle.has(`${task.tid} ${queue.name}`));
    fresh.forEach((task, i) => {
      taskAt.set(task.tid, y + i * (TASK_HEIGHT + 8));
      parts.push(
        place(
          1,
          y + i * (TASK_HEIGHT + 8),
          taskCard(task.name, task.call),
          graph.circles.flat().some((step) => step.tid === task.tid),
        ),
      );
    });
    parts.push(place(QUEUE_X, y, queueCard(queue, queueWidth), circled));
    for (const task of sleepers) {
      const from = (taskAt.get(task.tid) ?? y) + TASK_HEIGHT / 2;
      const link = arrow(TASK_WIDTH + 1, from, QUEUE_X, y + QUEUE_HEIGHT / 2);
      links.push(group(link, inCircle.has(`${task.tid} ${queue.name}`)));
    }
    const wakers = Math.max(queue.wakers.length, 1);
    if (known) {
      parts.push(place(WAKER_X, y, wakerCard(queue), circled));
      links.push(group(arrow(QUEUE_X + QUEUE_WIDTH, y + QUEUE_HEIGHT / 2, WAKER_X, y + QUEUE_HEIGHT / 2), circled));
    }
    y += Math.max(fresh.length * (TASK_HEIGHT + 8), QUEUE_HEIGHT + 8, wakers * LINE + 20) + 6;
  }
  return { height: y, content: parts.join("") + links.join("") };
}

function place(x: number, y: number, content: string, circled: boolean): string {
  return `<g transform="translate(${x} ${y})"${circled ? ' class="cyc"' : ""}>${content}</g>`;
}

function group(content: string, circled: boolean): string {
  return circled ? `<g class="cyc">${content}</g>` : content;
}

function taskCard(name: string, call: string): string {
  return (
    box(TASK_WIDTH, TASK_HEIGHT) +
    stateSign("sleeping", 10, 8) +
    label(27, 17, "b", name, TASK_WIDTH - 37) +
    label(27, 32, "ms", call || "in no call", TASK_WIDTH - 37)
  );
}

function queueCard(queue: SleptQueue, width: number): string {
  return (
    box(width, QUEUE_HEIGHT) +
    label(10, 17, "b", queue.title ?? queue.name, width - 20) +
    label(10, 32, "s", queue.reason, width - 20)
  );
}

function wakerCard(queue: SleptQueue): string {
  const lines = queue.wakers.length > 0 ? queue.wakers.map((waker) => waker.words) : ["nobody"];
  const height = Math.max(lines.length * LINE + 12, QUEUE_HEIGHT);
  const from = (height - lines.length * LINE) / 2 + 13;
  return (
    box(WAKER_WIDTH, height) + lines.map((words, i) => label(10, from + i * LINE, "", words, WAKER_WIDTH - 20)).join("")
  );
}
