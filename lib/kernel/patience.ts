/**
 * How long the kernel waits for the answer of a module that takes the place of ours.
 *
 * A module that never returns holds up everything: nothing inside the machine can interrupt it, as nothing in a real kernel
 * interrupts an endless loop with interrupts off. Only somebody outside can end it (Linux has its NMI watchdog for that). So each question
 * to such a module is asked through a function that whoever boots the machine may bring along; `World` of the package brings one that
 * ends what takes too long (course/world.ts), and the module is then treated as if it had thrown.
 *
 * Source: Documentation/admin-guide/lockup-watchdogs.rst in the Linux tree.
 */

/** Asks a module. Throws what the module throws, and an Error of its own when it has ended it. */
export type Patience = <Answer>(ask: () => Answer) => Answer;

/** Waits for ever. */
export const endlessPatience: Patience = (ask) => ask();
