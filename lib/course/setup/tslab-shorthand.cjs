// @ts-check
/**
 * `{ server, client }` in a notebook, where `server` and `client` come from an earlier cell.
 *
 * tslab 1.0.22 loses such names: the cell ends with "ReferenceError: server is not defined", although `{ server: server }` works.
 * So, before it sees a cell, each shorthand property is written out.
 */

/**
 * The same source with `{ name }` as `{ name: name }`, in object literals only; line numbers stay.
 * @param {any} ts The compiler that tslab brings.
 * @param {string} source
 * @returns {string}
 */
function writeOutShorthand(ts, source) {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, false);
  /** @type {{ end: number, name: string }[]} */
  const found = [];
  const look = (/** @type {any} */ node) => {
    // `{ name = 1 } = …` is a pattern with a default value, and stays.
    if (ts.isShorthandPropertyAssignment(node) && node.objectAssignmentInitializer === undefined) {
      found.push({ end: node.name.end, name: node.name.text });
    }
    ts.forEachChild(node, look);
  };
  look(file);
  let result = source;
  for (const { end, name } of found.reverse()) result = `${result.slice(0, end)}: ${name}${result.slice(end)}`;
  return result;
}

/**
 * From now on every converter that tslab makes does so first.
 * @param {{ createConverter: (...args: any[]) => { convert: (prevDecl: string, source: string) => unknown } }} converters tslab's module.
 * @param {any} ts
 */
function writeOutShorthandIn(converters, ts) {
  const { createConverter } = converters;
  converters.createConverter = (...args) => {
    const converter = createConverter(...args);
    const { convert } = converter;
    converter.convert = (prevDecl, source) => convert(prevDecl, writeOutShorthand(ts, source));
    return converter;
  };
}

module.exports = { writeOutShorthand, writeOutShorthandIn };
