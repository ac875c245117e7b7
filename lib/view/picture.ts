/**
 * A picture: the same thing twice, as HTML for a notebook and as text for a terminal.
 *
 * The HTML stands on its own: style, SVG and, where it moves, a small script; nothing is loaded from anywhere. JupyterLab
 * may take an output out of the page and put it back, show it in a second tab, or open it from a saved file; so a script
 * finds its elements by walking from a class name, and marks those that it has already brought to life.
 */
import { scriptValue } from "./html";
import { style } from "./style";

/** The same thing as HTML and as text. */
export interface Picture {
  /** For a notebook. Self-contained. */
  readonly html: string;
  /** For a terminal, or for a reader who wants words: the same facts in lines of at most about 100 characters. */
  readonly text: string;
}

/** What makes a picture move: the source of a function `(root, data) => void`, and its data. */
export interface Behaviour {
  readonly source: string;
  readonly data: unknown;
}

/** A short name for a text: equal texts, equal names (FNV-1a, 32 bits). */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** The style's own name, so that a saved picture of an older version and a new one don't dress each other. */
const scope = `fd3-${fingerprint(style("x"))}`;
const styleSheet = style(scope);

/**
 * Puts the parts together. `label` says in a few words what the picture shows, for those who hear instead of see it.
 * `body` is trusted HTML: whatever came from a program must have gone through `escapeHtml`.
 */
export function makePicture(label: string, body: string, text: string, behaviour?: Behaviour): Picture {
  let script = "";
  let name = scope;
  if (behaviour) {
    const data = scriptValue(behaviour.data);
    name = `fd3-${fingerprint(data + body)}`;
    script = `<script>(function(start,data){var all=document.getElementsByClassName("${name}");for(var i=0;i<all.length;i++)if(!all[i].fd3Alive){all[i].fd3Alive=true;start(all[i],data)}})(${behaviour.source},${data})</script>`;
  }
  // Lumino's attribute: JupyterLab keeps its one-letter commands ("d d" deletes the cell) away from our buttons.
  const open = `<div class="${name === scope ? scope : `${scope} ${name}`}" role="group" aria-label="${label}" data-lm-suppress-shortcuts="true">`;
  return { html: `${open}<style>${styleSheet}</style>${body}${script}</div>`, text };
}
