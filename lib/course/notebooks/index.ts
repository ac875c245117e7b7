/** Chapters as files: the pair of Markdown and notebook, and the parser for everything outside Jupyter. */
export { type ChapterCell, type ParsedChapter, parseChapter, type Section } from "./parse";
