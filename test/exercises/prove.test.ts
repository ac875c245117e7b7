/** Proves the checks of every exercise of the course; lib/course/exercises/prove.ts says how. */
import { afterAll, describe, expect, test } from "vitest";
import { Checker } from "../../lib/course/exercises/checker/client";
import { courseFolders } from "../../lib/course/exercises/folders";
import { listExercises } from "../../lib/course/exercises/list";
import { proveExercise } from "../../lib/course/exercises/prove";

const checker = new Checker({ types: false });
afterAll(() => checker.close());

describe("each exercise's checks accept the reference, and refuse the stub and every known wrong answer", () => {
  const exercises = listExercises(courseFolders());
  test.each(exercises.map((exercise) => [exercise.id, exercise] as const))(
    "%s",
    async (_id, exercise) => {
      expect(await proveExercise(exercise, checker)).toEqual([]);
    },
    120_000,
  );
  test("the list of exercises could be read", () => {
    expect(exercises.map((exercise) => exercise.id)).toEqual([...new Set(exercises.map((exercise) => exercise.id))]);
  });
});
