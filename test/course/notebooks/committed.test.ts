import { expect, it, vi } from "vitest";
import { chapterNames, check } from "../../../lib/course/notebooks/chapters";
import { courseRoot } from "../../../lib/course/work/places";

// Converting starts Python.
vi.setConfig({ testTimeout: 60_000 });

it("every chapter's notebook is what its Markdown says, and the other way round", () => {
  expect(check(courseRoot(), chapterNames(courseRoot()))).toEqual([]);
});
