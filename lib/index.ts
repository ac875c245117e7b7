export * from "./sys";
