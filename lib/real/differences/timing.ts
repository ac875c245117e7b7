/** Rules about time: clocks, who is quicker, and what is there already at the moment when somebody looks. */
import { datagrams, type LoneRule, type Rule, type RuleText, readiness, reads, streams, writes } from "./rule";

const cutOff: RuleText = {
  id: "cut-off",
  title: "ended meanwhile",
  why: "When a process ends by a signal or another thread, how far its other threads had come is chance.",
  source: "exit_group(2), signal(7)",
};

const ready: RuleText = {
  id: "ready-now",
  title: "ready at that moment",
  why: "What poll and its like report is what is ready when they look. How much has come by then, and in which order, is a race; over the whole run the same becomes ready.",
  source: "poll(2), epoll(7)",
};

const again: RuleText = {
  id: "looked-again",
  title: "looked again",
  why: "A program that asks until something is ready asks as often as it has time to.",
  source: "poll(2), epoll_wait(2), EAGAIN in read(2) and connect(2)",
};

const notYet: RuleText = {
  id: "not-yet",
  title: "not there yet",
  why: "Whether something has come when a nonblocking call looks, or comes a moment later, is a race.",
  source: "EAGAIN in read(2), write(2) and accept(2)",
};

const early: RuleText = {
  id: "too-early",
  title: "came before the server",
  why: "Nothing makes a client wait for its server: who connects before listen is refused. A client that must get through tries again.",
  source: "connect(2) ECONNREFUSED; RFC 9293, 3.10.7.1",
};

const afterwards: RuleText = {
  id: "afterwards",
  title: "follows from the above",
  why: "An earlier call was answered otherwise, and so the program goes on otherwise. What a program asks is its own doing; only the answers are the kernel's.",
  source: "the program",
};

/** For calls that a thread made on both kernels, but at another point of its way. */
export const otherOrder: RuleText = {
  id: "other-order",
  title: "in another order",
  why: "A program that serves whoever is there first makes the same calls in another order on another day.",
  source: "epoll(7), poll(2), accept(2)",
};

const mayNotBeThere = new Set(["EAGAIN", "EINPROGRESS", "EALREADY"]);

export const timingRules: readonly Rule[] = [
  {
    id: "time",
    title: "time",
    why: "Clocks run at their own pace: virtual on the model, real elsewhere.",
    source: "clock_gettime(2), time(7)",
    allows: ({ kind }) => kind === "time",
  },
  {
    ...ready,
    allows: ({ path }, { expected, company, sameReadiness }) =>
      readiness.has(expected.name) && company && sameReadiness && /^(?:result|args\.after)/.test(path),
  },
  {
    ...notYet,
    allows: ({ path, expected, actual }, { company, impatient }) =>
      path === "outcome" &&
      company &&
      impatient &&
      [expected, actual].includes("returns") &&
      [expected, actual].includes("EAGAIN"),
  },
  {
    id: "reset-underway",
    title: "when a reset arrives",
    why: "Writing to a TCP peer that is gone succeeds until its reset is here; then it is ECONNRESET or EPIPE.",
    source: "tcp(7); RFC 9293, 3.10.7",
    allows: ({ path, expected, actual }, { expected: call, leadsTo }) =>
      writes.has(call.name) &&
      leadsTo === "tcp" &&
      path === "outcome" &&
      [expected, actual].every((word) => word === "returns" || word === "ECONNRESET" || word === "EPIPE") &&
      [expected, actual].some((word) => word !== "returns"),
  },
  { ...early, allows: ({ path }, { tooEarly }) => path === "outcome" && tooEarly },
  { ...cutOff, allows: ({ path }, circumstances) => path === "outcome" && circumstances.cutOff },
  {
    id: "any-child",
    title: "which child first",
    why: "A waitpid(-1) takes whichever child has ended; nothing orders children among themselves.",
    source: "waitpid(2)",
    allows: ({ path }, { expected }) =>
      expected.name === "waitpid" && Number(expected.args[0]) <= 0 && path.startsWith("result"),
  },
  {
    ...afterwards,
    allows: ({ path, kind }, circumstances) =>
      circumstances.afterwards &&
      path.startsWith("args") &&
      (kind === "plain" || kind === "bytes" || kind === "descriptor"),
  },
];

export const loneTimingRules: readonly LoneRule[] = [
  { ...cutOff, allows: (_record, circumstances) => circumstances.cutOff },
  {
    ...again,
    allows: ({ name, error, result }) =>
      readiness.has(name) ||
      name === "nanosleep" ||
      name === "sched_yield" ||
      mayNotBeThere.has(error?.code ?? "") ||
      error?.code === "EINTR" ||
      (name === "waitpid" && typeof result === "object" && result !== null && "pid" in result && result.pid === 0),
  },
  { ...early, allows: (_record, { tooEarly }) => tooEarly },
  {
    ...afterwards,
    // Bytes that were read are an answer: those are for the rules about streams and datagrams to judge.
    allows: ({ name, error }, circumstances) =>
      circumstances.afterwards &&
      !error &&
      !(reads.has(name) && (streams.has(circumstances.leadsTo) || datagrams.has(circumstances.leadsTo))),
  },
];
