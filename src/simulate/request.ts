/** A request as a client sends it: what the planners plan and the edge answers. */
import type { Client } from './addresses.ts';
import type { Verdict } from './scenario.ts';

export type Tool = { userAgent: string; ja4: string; device: string; protocol: string };

export type Resource = {
  kind: 'page' | 'asset' | 'call' | 'probe';
  dynamic: boolean;
  /** Share of requests that the edge's cache answers. */
  hitShare: number;
  bytes: number;
  status: number;
};

export type Request = {
  /** Milliseconds since 1970 at which the edge receives it. */
  at: number;
  client: Client;
  tool: Tool;
  host: string;
  method: string;
  path: string;
  /** With its question mark, or empty. */
  query: string;
  referer: string;
  resource: Resource;
  botScore: number;
  verifiedBot: string;
  /** What the defence does, where it does anything. */
  verdict: Verdict | null;
  /** Index of the wave it belongs to; null for everything legitimate. */
  wave: number | null;
  /** Whose errand it belongs to, where it does to one. */
  errand?: 'staff' | 'intruder';
  /** How often it was asked before, where it is asked again. */
  again?: number;
};

export const notFound: Resource = { kind: 'probe', dynamic: true, hitShare: 0, bytes: 1_200, status: 404 };

export function browserTool(agent: { userAgent: string; ja4: string; device: string }): Tool {
  const { userAgent, ja4, device } = agent;
  // The last two characters of JA4's first part are those of the negotiated protocol (ALPN).
  return { userAgent, ja4, device, protocol: ja4.slice(8, 10) === 'h2' ? 'HTTP/2' : 'HTTP/1.1' };
}
