/**
 * What is left out on purpose: the lists in lib/, the reasons, and the programs that show the difference belong together.
 */
import { afterAll, describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import { dismissSpares } from "../../lib/real/linux/runner/agent-pool";
import { model } from "../../lib/world";
import { differences, files, SOMETHING_ELSE } from "./not-modelled/differences";
import { lists } from "./not-modelled/lists";
import { listsInSources, unnamed, withoutWhere } from "./not-modelled/sources";

describe.skipIf(linux.unavailable() !== null)("a deliberate simplification shows", () => {
  afterAll(dismissSpares);

  it.each(Object.entries(differences))("%s", async (_, { program, onModel, onLinux }) => {
    const [modelled, real] = await Promise.all([model.run(program, { files }), linux.run(program, { files })]);
    expect(modelled.processes[0].error).toBeUndefined();
    expect(real.processes[0].error).toBeUndefined();
    expect(modelled.processes[0].result).toEqual(onModel);
    expect(real.processes[0].result).not.toEqual(onModel);
    if (onLinux !== SOMETHING_ELSE) expect(real.processes[0].result).toEqual(onLinux);
  });
});

describe("the lists of what is not modelled", () => {
  const inSources = listsInSources();

  it("are all known here, and none is gone", () => {
    expect(Object.keys(lists).sort()).toEqual([...new Set(inSources.map(({ file }) => file))].sort());
  });

  it.each(inSources)(
    "$file: each item has a program or a reason, and the list says where the real machine shows it",
    (list) => {
      const { items, where } = lists[list.file];
      expect(list.text).toContain(where);
      const text = withoutWhere(list.text, where);
      for (const item of Object.keys(items)) expect(text).toContain(item);
      expect(unnamed(text, Object.keys(items))).toBe("");
    },
  );
});
