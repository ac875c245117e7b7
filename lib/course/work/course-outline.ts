/** The course's twelve chapters, in order, and what each asks. Those that are written have a notebook of their number. */

export interface Chapter {
  /** Two digits: what its files begin with. */
  number: string;
  title: string;
  /** What it answers, in one line. */
  question: string;
}

export const outline: readonly Chapter[] = [
  { number: "00", title: "Start here", question: "What is this, and how do I work in it?" },
  {
    number: "01",
    title: "Everything is a descriptor",
    question: "Why can one program read a file, a pipe and a socket?",
  },
  { number: "02", title: "Endpoints", question: "What is a socket, if it is not the server?" },
  { number: "03", title: "Client connections", question: "What happens between connect and the first byte?" },
  { number: "04", title: "Server listening", question: "Why does a server need two kinds of sockets?" },
  { number: "05", title: "Blocking", question: "Where is a thread while it waits for the network?" },
  { number: "06", title: "Readiness", question: "How does one thread serve many sockets?" },
  { number: "07", title: "Bytes versus messages", question: "Why do two sends arrive as one, or as three?" },
  { number: "08", title: "Below the socket", question: "What lies between write and the wire?" },
  { number: "09", title: "TCP's promises", question: "How does order come out of loss?" },
  { number: "10", title: "Diagnosis", question: "It does not work. Where do I look first?" },
  { number: "11", title: "Your kernel on a real wire", question: "Does what I wrote talk to a real machine?" },
];
