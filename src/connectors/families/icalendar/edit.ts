import { ApiError } from "../../../errors.js";
import { type Component, components, fold, isComponent, type Line, lines } from "./lines.js";
import { cleanText, escapeText, lineOf, type Moment, momentProperty, propertyOf, textOf } from "./values.js";

/** Puts lines where the first of this name stood, or after the other properties; none removes them. All else stays as it was read. */
export const setLines = (component: Component, name: string, written: readonly Line[]): void => {
  const first = component.items.findIndex((item) => item.name === name && !isComponent(item));
  const inner = component.items.findIndex(isComponent);
  const place = first >= 0 ? first : inner >= 0 ? inner : component.items.length;
  const before = component.items.slice(0, place);
  const after = component.items.slice(place).filter((item) => isComponent(item) || item.name !== name);
  component.items = [...before, ...written, ...after];
};

/** Sets a text; parameters of what it replaces stay, but for those that are about the text replaced. */
export const setText = (component: Component, name: string, value: string | null): void => {
  if (value === textOf(component, name)) return;
  const [old] = lines(component, name);
  const property = old ? propertyOf(old) : null;
  if (value === null) setLines(component, name, []);
  else if (!property || !["text", "unknown"].includes(property.type))
    setLines(component, name, [textLine(name, value)]);
  else {
    for (const parameter of ["altrep", "encoding", "charset"]) property.removeParameter(parameter);
    property.setValue(property.type === "unknown" ? escapeText(value) : cleanText(value));
    setLines(component, name, [lineOf(property)]);
  }
};

export const textLine = (name: string, value: string): Line => ({ name, raw: fold(`${name}:${escapeText(value)}`) });

export const setMoment = (component: Component, name: string, moment: Moment | null): void =>
  setLines(component, name, moment === null ? [] : [lineOf(momentProperty(name, moment))]);

/** UTC, as DTSTAMP and its kin are written. */
export const setStamp = (component: Component, name: string, instant: number): void => {
  const digits = new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, "");
  setLines(component, name, [{ name, raw: `${name}:${digits}Z` }]);
};

export const remove = (calendar: Component, gone: readonly Component[]): void => {
  calendar.items = calendar.items.filter((item) => !gone.includes(item as Component));
};

/** Puts a component after the last of its kind, or at the end. */
export const insert = (calendar: Component, component: Component): void => {
  const last = calendar.items.findLastIndex((item) => item.name === component.name && isComponent(item));
  const place = last >= 0 ? last + 1 : calendar.items.length;
  calendar.items.splice(place, 0, component);
};

/** Time zones stand before what uses them. */
export const insertTimezone = (calendar: Component, timezone: Component): void => {
  const first = calendar.items.findIndex(isComponent);
  calendar.items.splice(first >= 0 ? first : calendar.items.length, 0, timezone);
};

export const definedZones = (calendar: Component): Set<string> =>
  new Set(components(calendar, "VTIMEZONE").map((each) => textOf(each, "TZID") ?? ""));

/** Refuses what would break out of its line. */
export const checkToken = (value: string, what: string): string => {
  if (/[\0-\x20\x7f"]/.test(value))
    throw new ApiError("invalid_parameters", `${what} must not contain spaces, quotes or control characters.`);
  return value;
};
