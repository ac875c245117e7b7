/** What the runner told this agent in its environment. */
import { type AgentConfiguration, CONFIGURATION_VARIABLE } from "../protocol";

export const configuration = JSON.parse(process.env[CONFIGURATION_VARIABLE] ?? "{}") as AgentConfiguration;
