/** What stat(2) tells of a file. Only the fields that the model keeps. */
export interface Stat {
  /** Number of the inode: two names with one number are one file. */
  ino: number;
  /** Type and permission bits; mask with S_IFMT. */
  mode: number;
  /** How many names the file has. */
  nlink: number;
  /** Bytes. */
  size: number;
}

/** The bits of `mode` that hold the type; inode(7). */
export const S_IFMT = 0o170000;
/** Type: a socket; inode(7). */
export const S_IFSOCK = 0o140000;
/** Type: a regular file; inode(7). */
export const S_IFREG = 0o100000;
/** Type: a directory; inode(7). */
export const S_IFDIR = 0o040000;
/** Type: a character device; inode(7). */
export const S_IFCHR = 0o020000;
/** Type: a pipe; inode(7). */
export const S_IFIFO = 0o010000;
