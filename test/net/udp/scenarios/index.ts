/**
 * What UDP sockets do, as programs with their outcome. Every expectation was taken from a real Linux (6.18): the test runs each
 * program on the model, and on the machine's own kernel where that is Linux, and both must agree with what stands here.
 */
import "./datagrams";
import "./names";
import "./options";

export { scenarios } from "./scenario";
