export function hello(h: { tickMs: number; epoch: bigint; clockUs: bigint; capacity: number; seq: number; rowSize?: number; version?: number }): Uint8Array;
export function moves(vessels: object[], seq: number): Uint8Array[];
export function statics(vessels: object[], seq: number): Uint8Array[];
export function gone(slots: number[], seq: number): Uint8Array[];
export function tracks(vessels: object[], seq: number): Uint8Array[];
export function tick(t: { seq: number; clockUs: bigint; vessels: number; inView: number }): Uint8Array;
