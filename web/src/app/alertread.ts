/**
 * The server's alerts (docs/formats/alerts.md) as the page holds them: an alert is a rule's word on an event, and what the event says
 * of place, time and contacts stands in the row. Reads what is there; a server may say less or more. Pure.
 */
import type { AlertDetail, AlertRow, AlertRule, AlertState, AlertStep, EvidenceLine, RulePrecision, SeaEvent, Severity } from '../api';
import { ALERT_STATES, SEVERITIES } from '../api';

type Raw = Record<string, unknown>;
const object = (value: unknown): Raw => (typeof value === 'object' && value !== null ? (value as Raw) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export function readEvent(raw: unknown): SeaEvent {
  const e = object(raw);
  const numbers = Object.entries(object(e.numbers)).map(([key, value]) => [key, { value: number(object(value).value), limit: number(object(value).limit), unit: text(object(value).unit) }] as const);
  return {
    id: text(e.id), kind: text(e.kind), state: text(e.state), revision: number(e.revision) ?? 0, begin: text(e.begin), end: text(e.end) || null, lon: number(e.lon), lat: number(e.lat),
    mmsi: list(e.mmsi).filter((m): m is number => typeof m === 'number' && m > 0), contacts: list(e.contacts).filter((id): id is string => typeof id === 'string'), confidence: number(e.confidence),
    numbers: Object.fromEntries(numbers), places: list(e.places).filter((p): p is number => typeof p === 'number'), reports: number(e.reports) ?? 0, text: text(e.text), innocent: list(e.innocent).map(text).filter(Boolean), exercise: e.exercise === true,
  };
}

export function readRow(raw: unknown): AlertRow {
  const a = object(raw), e = readEvent(a.event);
  const vessels = list(a.vessels).map(object).map((v) => ({ contact: text(v.contact), mmsi: number(v.mmsi) ?? 0, name: text(v.name) }));
  return {
    id: text(a.id), rule: text(a.rule), kind: text(a.kind) || e.kind, event: e, vessels, role: text(a.for), opened: text(a.opened) || e.begin, who: text(a.owner) || null, reason: text(a.reason) || null,
    severity: (SEVERITIES as readonly string[]).includes(text(a.severity)) ? (a.severity as Severity) : 'information', state: (ALERT_STATES as readonly string[]).includes(text(a.state)) ? (a.state as AlertState) : 'open',
    escalated: !!a.escalated, exercise: a.exercise === true, begin: e.begin, end: e.end, lon: e.lon, lat: e.lat, mmsi: e.mmsi, contacts: e.contacts, confidence: e.confidence, text: e.text,
  };
}

export function readDetail(raw: unknown): AlertDetail {
  const a = object(raw), evidence = a.evidence;
  const lines = list(Array.isArray(evidence) ? evidence : object(evidence).sentences).map(object).map((line): EvidenceLine => ({ offset: number(line.offset) ?? number(line.place) ?? 0, sentence: text(line.sentence) || null, bytes: text(line.bytes) || null, time: text(line.time) || null, own: text(line.own_time) || null, source: text(line.source) || null }));
  const places = list(object(evidence).places).filter((p): p is number => typeof p === 'number');
  return {
    ...readRow(raw), reception: Object.keys(object(a.reception)).length ? object(a.reception) : null,
    evidence: lines.length ? lines : places.map((offset) => ({ offset, sentence: null, time: null, source: null })),
    bundle: object(evidence).bundle === true, noBundle: text(object(evidence).why),
    history: list(a.history).map(object).map((step): AlertStep => ({ action: text(step.what), time: text(step.host_time) || text(step.time), data_time: text(step.time), who: text(step.who) || null, reason: text(step.why) || null })),
    risk: list(a.risk).map(object).map((r) => ({ contact: text(r.contact), mmsi: number(r.mmsi) ?? 0, value: number(r.value) ?? 0,
      parts: list(r.parts).map(object).map((p) => ({ kind: text(p.kind), part: number(p.part) ?? 0, days: number(p.age_days) ?? 0, dismissed: p.dismissed === true })) })),
  };
}

export function readRules(raw: unknown): { rules: AlertRule[]; text: string } {
  const rules = list(object(raw).rules).map(object).map((r): AlertRule => ({ name: text(r.name), kinds: list(r.kinds).map(text), enabled: r.enabled !== false, severity: r.severity as Severity, min_confidence: number(r.min_confidence) ?? 0, per_hour: number(r.per_hour) ?? 0, role: text(r.for) }));
  return { rules, text: text(object(raw).text) };
}

/** What is silenced, the newest first. `ended`: somebody ended it before its time. */
export interface Mute { id: number; rule: string; kind: string; contact: string; mmsi: number; to: string; who: string; why: string; ended: boolean }

export function readMutes(raw: unknown): Mute[] {
  return list(object(raw).mutes).map(object).flatMap((m) => (typeof m.id === 'number' ? [{ id: m.id, rule: text(m.rule), kind: text(m.kind), contact: text(m.contact), mmsi: number(m.mmsi) ?? 0, to: text(m.to), who: text(m.who), why: text(m.why), ended: !!m.ended_by }] : []));
}

/** Days come the newest first; over time is read from left to right. */
export function readPrecision(raw: unknown): RulePrecision[] {
  return list(object(raw).rules).map(object).map((r) => ({ rule: text(r.rule), opened: number(r.opened) ?? 0, confirmed: number(r.confirmed) ?? 0, dismissed: number(r.dismissed) ?? 0, precision: number(r.precision),
    periods: list(r.days).map(object).map((d) => ({ from: text(d.day), confirmed: number(d.confirmed) ?? 0, dismissed: number(d.dismissed) ?? 0 })).reverse() }));
}

/**
 * The YAML of the rules with one value of one rule changed, as the server writes it: a rule begins at `- name:`, its keys are
 * indented by four blanks. Null: there is no such rule in it.
 */
export function withRule(yaml: string, rule: string, key: string, value: string): string | null {
  const lines = yaml.split('\n'), quoted = JSON.stringify(rule);
  const at = lines.findIndex((line) => line.trim() === `- name: ${quoted}` || line.trim() === `- name: ${rule}`);
  if (at < 0) return null;
  let end = at + 1;
  while (end < lines.length && /^ {4}/.test(lines[end])) end++;
  const found = lines.slice(at + 1, end).findIndex((line) => line.startsWith(`    ${key}:`));
  const line = `    ${key}: ${value}`;
  if (found >= 0) lines[at + 1 + found] = line;
  else lines.splice(at + 1, 0, line);
  return lines.join('\n');
}
