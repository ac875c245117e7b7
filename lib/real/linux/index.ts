/**
 * The linux kernel: a program's system calls answered by this machine's own kernel, called in libc through koffi.
 *
 * Each simulated process is a real process (an *agent*, a Node child process), each simulated thread a real thread in it that
 * makes the blocking call itself. So pids, thread ids, descriptors, open file descriptions, offsets, readiness, errno, EINTR,
 * SIGPIPE and EMFILE are Linux's own. The program, a generator, runs in the notebook's process and never holds a descriptor there.
 *
 * **Stand-ins: what the runner does in the kernel's place**
 * - fork: another agent gets the parent's table by SCM_RIGHTS (the open file descriptions are the same, as after fork); memory
 *   isn't copied, since the child's part is a program of its own. Real fork: see strace of any shell.
 * - waitpid, zombies, SIGCHLD, adoption by process 1; dispositions, masks, pending signals, alarm; pthread_join.
 *   A thread asleep in the kernel is interrupted by a real signal, so EINTR is the kernel's; whether to make the call again is
 *   decided as signal(7) says.
 * - Descriptors 0, 1 and 2 are pipes, or /dev/null for an empty 0, not a terminal.
 * - "/" is a folder of the run's own; /dev/null, /dev/zero and /dev/full are the machine's.
 * - bind takes 127.0.0.0/8 only; 0.0.0.0 becomes 127.0.0.1 (a note says so, getsockname does not); connect reaches the loopback only.
 *
 * **Not modelled:** stopping and continuing, process groups (kill takes a pid of the run), raising RLIMIT_NOFILE above 1,024,
 * address families beside AF_INET and AF_UNIX, passing descriptors in the program's own messages. strace(1) of
 * any program shows these.
 */
export { linux } from "./linux";
