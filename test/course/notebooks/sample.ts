/** A chapter with everything that a chapter may hold, for the tests of the pair and of the parser. */
export const sample = `---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: TypeScript
  language: typescript
  name: tslab
title: A sample
---

# A sample

Some text with $x^2$, \`code\`, an umlaut ä and an emoji 🧵.

| call | returns |
| ---- | ------: |
| read | bytes   |

<details><summary>More</summary>

Hidden **text**, and a fence:

\`\`\`ts
const notACell = 1;
\`\`\`

</details>

\`\`\`mermaid
graph LR
  A["fd 3"] --> B
\`\`\`

+++

## Second text cell

$$
\\sum_{i=0}^n x_i
$$

- a list with a fence

  \`\`\`ts
  +++
  \`\`\`

\`\`\`{code-cell}
:tags: [hide-input, check]

import { bytes } from "fd3";
bytes("x");
\`\`\`

\`\`\`{code-cell}
const a = 1;


const fence = "\`\`\` in a line";
\`\`\`

\`\`\`\`{code-cell}
const c = \`
\`\`\`
\`;
\`\`\`\`

+++ {"tags": ["note"]}

### A tagged text cell

\`\`\`{code-cell}
---
slideshow:
  slide_type: slide
tags: [x]
---
1
\`\`\`

\`\`\`{code-cell}

:not: a tag
\`\`\`

The end of section two.

## Third

Last words.
`;
